#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "actors/core/digest.hpp"

namespace crossdock {
namespace {

// The examples of FIPS 180-4's test vectors.
TEST(digest, matches_the_published_vectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(digest, of_a_stream_equals_that_of_its_bytes) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 300'000U}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = '\0';
    std::istringstream in(bytes);
    EXPECT_EQ(sha256_hex(in), sha256_hex(bytes)) << size;
  }
}

TEST(digest, of_pieces_equals_that_of_the_whole) {
  sha256 digest;
  digest.update("a").update("").update("bc");
  EXPECT_EQ(std::move(digest).hex(), sha256_hex("abc"));
}

TEST(digest, reports_a_stream_that_breaks) {
  std::istringstream in("abc");
  in.setstate(std::ios::badbit);
  EXPECT_THROW(sha256_hex(in), std::runtime_error);
}

}  // namespace
}  // namespace crossdock
