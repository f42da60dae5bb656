# Counting a source without a database.
crossdock_test(counting_context_test
  SOURCES counting_context_test.cpp
  LIBRARIES crossdock_engine rapidcheck rapidcheck_gtest
  LABELS unit)
