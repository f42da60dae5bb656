crossdock_test(architecture_test
  SOURCES architecture_source.cpp architecture_test.cpp architecture_source_test.cpp
  LABELS unit)
