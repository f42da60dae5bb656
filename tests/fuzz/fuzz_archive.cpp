#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include <unistd.h>

#include "workflows/slack_mattermost/slack/archive.hpp"
#include "workflows/slack_mattermost/slack/json_elements_text.hpp"

// Whatever the bytes are: an archive opens or throws archive_error; what it offers has a safe,
// unique path and no more bytes than the limits allow.
namespace {

using namespace crossdock::slack;

constexpr std::uint64_t member_limit = 1 << 20;

void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "violated: " << what << '\n';
  std::abort();
}

void check_path(const member& item, std::set<std::string>& seen) {
  if (item.kind == member_kind::invalid_name) return;
  require(is_valid_utf8(item.path), "paths are UTF-8");
  const auto padded = "/" + item.path + "/";
  require(padded.find("/../") == std::string::npos, "no path leads up");
  require(padded.find("//") == std::string::npos, "paths are normalised");
  require(seen.insert(item.path).second, "paths are unique");
}

void read_all(const archive& opened) {
  std::set<std::string> seen;
  opened.for_each_member([&](const member& item) { check_path(item, seen); });
  std::uint64_t bytes = 0;
  bool open = false;
  archive::sink sink;
  sink.begin = [&](const member& item) {
    require(!open && seen.contains(item.path), "members begin one by one");
    open = true;
    bytes = 0;
  };
  sink.data = [&](std::string_view piece) {
    bytes += piece.size();
    require(bytes <= member_limit, "the member limit holds");
  };
  sink.end = [&](const member&) { open = false; };
  sink.failed = [&](const member&, std::string_view reason) {
    require(!reason.empty(), "a failure has a reason");
    open = false;
  };
  opened.read([](const member&) { return true; }, sink);
  require(!open, "every member ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/dev/shm/crossdock-fuzz-" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const archive_limits limits{.max_member_bytes = member_limit,
                              .max_total_bytes = 4 * member_limit,
                              .max_ratio = 100,
                              .ratio_floor_bytes = 1 << 16,
                              .max_members = 100,
                              .max_path_bytes = 200,
                              .max_depth = 8};
  for (const auto rule : {root_rule::export_lists, root_rule::top}) {
    try {
      read_all(*open_archive(path, limits, rule));
    } catch (const archive_error& error) {
      require(std::string_view(error.what()).starts_with(path), "errors name the archive");
    }
  }
  return 0;
}
