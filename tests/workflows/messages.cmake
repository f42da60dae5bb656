# What the messages stage keeps in mind.
crossdock_test(message_references_test
  SOURCES message_references_test.cpp
  LIBRARIES slack_source
  LABELS workflows)

# Custom emoji that lie beside the export.
crossdock_test(emoji_dump_test
  SOURCES emoji_dump_test.cpp archive_test_support.cpp
  LIBRARIES slack_source ZLIB::ZLIB
  LABELS workflows)
