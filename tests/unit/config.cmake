crossdock_test(config_test
  SOURCES
    "${CMAKE_CURRENT_SOURCE_DIR}/config_application_test.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/config_cases_test.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/config_loader_test.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/config_parts_test.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/config_properties_test.cpp"
    "${CMAKE_CURRENT_SOURCE_DIR}/config_secrets_test.cpp"
  LIBRARIES crossdock_config rapidcheck
  LABELS unit)
