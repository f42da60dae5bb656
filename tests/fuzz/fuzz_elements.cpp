#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/json_elements.hpp"

// Whatever the bytes are: nothing crashes, the outcome does not depend on where pieces end, offsets
// grow, and every accepted text is fit for storage.
namespace {

using namespace crossdock::slack;

void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "violated: " << what << '\n';
  std::abort();
}

/// Everything that splitting told, as lines of text.
std::vector<std::string> outcome(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> lines;
  std::uint64_t next_index = 0;
  std::uint64_t last_offset = 0;
  const auto in_order = [&](std::uint64_t index, std::uint64_t offset) {
    require(index == next_index++, "indices are consecutive");
    require(offset >= last_offset && offset <= bytes.size(), "offsets grow");
    last_offset = offset;
  };
  element_splitter splitter(
      {[&](const element& item) {
         in_order(item.index, item.offset);
         require(!make_storable(item.text), "accepted text is storable");
         require(item.altered || bytes.substr(item.offset).starts_with(item.text),
                 "text is verbatim");
         lines.push_back("+" + std::to_string(item.offset) + std::string(item.text) +
                         boost::json::serialize(item.value));
       },
       [&](const rejection& item) {
         in_order(item.index, item.offset);
         require(item.excerpt.size() <= 200 && is_valid_utf8(item.excerpt), "excerpt is printable");
         lines.push_back("-" + std::to_string(item.offset) + ":" + std::to_string(item.line) +
                         std::string(item.reason) + item.excerpt);
       }},
      {.max_element_bytes = 2000, .max_depth = 12});
  for (std::size_t at = 0; at < bytes.size(); at += piece) splitter.feed(bytes.substr(at, piece));
  splitter.finish();
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 17;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = outcome(bytes, bytes.size() + 1);
  const auto parts = outcome(bytes, piece);
  if (whole != parts) {
    for (const auto& line : whole) std::cerr << "whole " << line << '\n';
    for (const auto& line : parts) std::cerr << "parts " << line << '\n';
  }
  require(whole == parts, "the outcome does not depend on the pieces");
  return 0;
}
