# The bundle's pure parts: rules, names, lines, part files, assembly.
crossdock_test(
  mattermost_bundle_core_test
  SOURCES
    mattermost_assembler_crash_test.cpp
    mattermost_assembler_test.cpp
    mattermost_lines_test.cpp
    mattermost_naming_test.cpp
    mattermost_parts_test.cpp
    mattermost_rules_test.cpp
  LIBRARIES mattermost_bundle_core rapidcheck
  LABELS workflows)

# The target plugin as a whole, with an engine made of memory.
crossdock_test(
  mattermost_report_test
  SOURCES mattermost_report_test.cpp
  LIBRARIES mattermost_bundle
  LABELS workflows)

# A live server's requests and answers, without a server.
crossdock_test(mattermost_answer_test
  SOURCES "${CMAKE_CURRENT_SOURCE_DIR}/mattermost_answer_test.cpp"
  LIBRARIES mattermost_live
  LABELS workflows)
