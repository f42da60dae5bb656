# Reports of finished jobs, from a real database.
crossdock_test(report_test
  SOURCES report_test.cpp cli_process.cpp
  LIBRARIES crossdock_engine crossdock_test_database
  LABELS store
  TIMEOUT 300)
