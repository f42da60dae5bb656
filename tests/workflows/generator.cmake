crossdock_test(
  generator_test
  SOURCES generator_recount.cpp generator_test.cpp
  LIBRARIES slack_export_generator Boost::json LibArchive::LibArchive
  LABELS workflows)
add_dependencies(generator_test generate_slack_export)
target_compile_definitions(generator_test
                           PRIVATE GENERATE_SLACK_EXPORT="$<TARGET_FILE:generate_slack_export>")

# The sample's expected totals, derived anew by jq.
find_program(CROSSDOCK_JQ jq)
if(CROSSDOCK_JQ)
  add_test(NAME sample_totals COMMAND "${CMAKE_SOURCE_DIR}/tests/samples/count.sh" --check)
  set_tests_properties(sample_totals PROPERTIES TIMEOUT 60 LABELS workflows)
else()
  message(WARNING "jq is not installed: the totals of tests/samples are not checked")
endif()
