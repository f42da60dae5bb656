# The program: what of it is pure, and the built thing as a user meets it.
if(NOT TARGET hello_plugin)
  add_subdirectory("${CMAKE_SOURCE_DIR}/tests/plugins" "${CMAKE_BINARY_DIR}/tests/plugins")
endif()

crossdock_test(cli_parts_test
  SOURCES
    cli_completion_test.cpp
    cli_layout_test.cpp
    cli_pinned_config_test.cpp
    cli_plugin_loader_test.cpp
    cli_progress_test.cpp
    process_name_test.cpp
  LIBRARIES crossdock_cli rapidcheck rapidcheck_gtest
  LABELS unit)
target_compile_definitions(cli_parts_test PRIVATE
  PLUGIN_DIRECTORY="$<TARGET_FILE_DIR:hello_plugin>")
add_dependencies(cli_parts_test hello_plugin bad_plugin_old_abi bad_plugin_nothing
                                bad_plugin_no_symbol)

crossdock_test(cli_test
  SOURCES cli_commands_test.cpp cli_plan_test.cpp cli_run_test.cpp
  LIBRARIES crossdock_test_database crossdock_test_process Boost::json
  LABELS process
  TIMEOUT 300)
target_compile_definitions(cli_test PRIVATE
  CROSSDOCK_PROGRAM="$<TARGET_FILE:crossdock>"
  GENERATE_SLACK_EXPORT="$<TARGET_FILE:generate_slack_export>"
  HELLO_PLUGIN="$<TARGET_FILE:hello_plugin>"
  TROUBLE_PLUGIN="$<TARGET_FILE:trouble_plugin>")
add_dependencies(cli_test crossdock generate_slack_export hello_plugin trouble_plugin)
