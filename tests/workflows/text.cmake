set(text_case_files mrkdwn rich_text blocks messages)
list(TRANSFORM text_case_files APPEND .json)
crossdock_test(text_test
  SOURCES text_cases_test.cpp text_emoji_test.cpp text_hostile_test.cpp text_names_double.cpp
          text_property_test.cpp text_split_test.cpp
  LIBRARIES slack_text rapidcheck
  LABELS workflows)
crossdock_embed(text_test
  HEADER tests/workflows/text_cases.hpp
  NAMESPACE crossdock::test::text_cases
  BASE "${CMAKE_CURRENT_LIST_DIR}/text_cases"
  FILES ${text_case_files})
