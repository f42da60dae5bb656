crossdock_test(architecture_test
  SOURCES architecture_source.cpp architecture_test.cpp architecture_source_test.cpp
  LIBRARIES crossdock_core
  LABELS unit)
