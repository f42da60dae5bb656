crossdock_test(observability_test
  SOURCES
    observability_escape_test.cpp
    observability_logging_test.cpp
    observability_redaction_test.cpp
  LIBRARIES crossdock_observability Boost::json rapidcheck rapidcheck_gtest
  LABELS unit)
