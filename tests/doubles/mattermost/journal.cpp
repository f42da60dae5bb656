#include "tests/doubles/mattermost/journal.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::generic_category().message(errno));
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// Returns the length of the whole records at the beginning.
std::size_t replay(std::string_view text, const std::string& path, const journal::reader& read) {
  std::size_t at = 0;
  for (;;) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) return at;
    boost::system::error_code failed;
    const auto record = json::parse(text.substr(at, end - at), failed);
    if (failed) throw std::runtime_error("not a journal of the double: " + path);
    const auto& object = record.as_object();
    const auto size = object.at("size").to_number<std::size_t>();
    if (text.size() - end - 1 < size + 1) return at;
    read(object, std::string(text.substr(end + 1, size)));
    at = end + 1 + size + 1;
  }
}

}  // namespace

journal::journal(const std::string& path, const reader& read) : path_(path) {
  const auto whole = replay(read_whole(path), path, read);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
  if (file_ < 0) fail("cannot open", path);
  if (::ftruncate(file_, static_cast<off_t>(whole)) != 0) fail("cannot shorten", path);
}

journal::~journal() {
  if (file_ >= 0) ::close(file_);
}

void journal::append(json::object record, std::string_view bytes) {
  record["size"] = bytes.size();
  auto text = json::serialize(record);
  text += '\n';
  text += bytes;
  text += '\n';
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace crossdock::doubles
