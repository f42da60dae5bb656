crossdock_test(core_test
  SOURCES
    core_barrier_rule_test.cpp
    core_digest_test.cpp
    core_failure_limit_test.cpp
    core_job_state_test.cpp
    core_meta_ops_test.cpp
    core_order_pass_test.cpp
    core_progress_test.cpp
    core_retry_test.cpp
    core_type_order_test.cpp
  LIBRARIES crossdock_core rapidcheck rapidcheck_gtest
  LABELS unit)
