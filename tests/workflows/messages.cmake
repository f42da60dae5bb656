# What the messages stage keeps in mind.
crossdock_test(message_references_test
  SOURCES message_references_test.cpp
  LIBRARIES slack_source
  LABELS workflows)
