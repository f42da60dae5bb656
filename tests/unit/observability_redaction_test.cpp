#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "observability/redaction.hpp"

namespace crossdock {
namespace {

TEST(redaction, replaces_every_occurrence) {
  register_secret("hunter22");
  EXPECT_EQ(redact("hunter22 and hunter22hunter22."), "[secret] and [secret][secret].");
  EXPECT_EQ(redact("hunter2"), "hunter2");
  EXPECT_EQ(redact(""), "");
}

TEST(redaction, covers_the_forms_a_secret_takes_in_json_and_urls) {
  register_secret("p@ss\"w/ö\nrd");
  EXPECT_EQ(redact("{\"password\":\"p@ss\\\"w/ö\\nrd\"}"), "{\"password\":\"[secret]\"}");
  EXPECT_EQ(redact("postgresql://me:p%40ss%22w%2F%C3%B6%0Ard@host"),
            "postgresql://me:[secret]@host");
  EXPECT_EQ(redact("x=p%40ss%22w%2f%c3%b6%0ard"), "x=[secret]");
}

TEST(redaction, leaves_no_piece_of_overlapping_secrets) {
  register_secret("alphabeta");
  register_secret("betagamma");
  register_secret("beta");
  EXPECT_EQ(redact("<alphabetagamma>"), "<[secret]>");
  EXPECT_EQ(redact("<beta>"), "<[secret]>");
}

TEST(redaction, ignores_the_empty_value) {
  register_secret("");
  EXPECT_EQ(redact("text"), "text");
}

RC_GTEST_PROP(redaction, never_lets_a_registered_value_through, ()) {
  const auto letters = rc::gen::element('x', 'y', '"', '%', '\\');
  const auto secret = *rc::gen::nonEmpty(rc::gen::container<std::string>(letters));
  // In a property the registry keeps the secrets of earlier runs: they only redact more.
  const auto prefix = *rc::gen::container<std::string>(letters);
  const auto suffix = *rc::gen::container<std::string>(letters);
  register_secret(secret);
  RC_ASSERT(redact(prefix + secret + suffix).find(secret) == std::string::npos);
}

}  // namespace
}  // namespace crossdock
