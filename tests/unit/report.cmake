# Reports of finished jobs, from a real database.
crossdock_test(report_test
  SOURCES report_test.cpp
  LIBRARIES crossdock_engine crossdock_test_database crossdock_test_process
  LABELS store
  TIMEOUT 300)
