# Reading Slack archives: members, hostile input, JSON elements, blobs.
crossdock_test(workflows_archive_test
  SOURCES
    "${CMAKE_CURRENT_LIST_DIR}/archive_blob_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_elements_property_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_elements_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_hostile_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_member_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_reading_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_test_support.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_text_test.cpp"
  LIBRARIES slack_archive ZLIB::ZLIB rapidcheck rapidcheck_gtest
  LABELS workflows)

# A program of its own, since it measures the peak memory of the process.
crossdock_test(workflows_archive_memory_test
  SOURCES
    "${CMAKE_CURRENT_LIST_DIR}/archive_memory_test.cpp"
    "${CMAKE_CURRENT_LIST_DIR}/archive_test_support.cpp"
  LIBRARIES slack_archive ZLIB::ZLIB
  LABELS workflows)
