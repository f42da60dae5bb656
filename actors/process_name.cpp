#include "actors/process_name.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <unistd.h>

namespace crossdock {

namespace {

namespace fs = std::filesystem;

/// The parts of a name that has them all.
struct process_place {
  std::string boot;
  std::string id_space;
  std::string id;
  std::string started;
};

std::string read_line(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Whether nothing but the entry in the process table is left: a killed process goes thread by
/// thread.
bool is_only_a_name(const std::string& id, std::string_view state) {
  if (state != "Z" && state != "X") return false;
  std::error_code error;
  const fs::directory_iterator threads(fs::path("/proc") / id / "task", error);
  return error || std::distance(begin(threads), end(threads)) <= 1;
}

/// Clock ticks from boot to the start of a process; empty when there is none of that id, or it has
/// ended and only waits to be collected. The second field of the line is a name that may hold
/// anything, closed by the last ')'.
std::string start_of(const std::string& id) {
  const auto line = read_line(fs::path("/proc") / id / "stat");
  const auto name_end = line.rfind(") ");
  if (name_end == std::string::npos) return {};
  std::vector<std::string> fields;
  const auto rest = line.substr(name_end + 2);
  boost::split(fields, rest, boost::is_any_of(" "));
  constexpr std::size_t state = 0;
  constexpr std::size_t start_time = 19;  // proc(5): field 22, counted from the third
  if (fields.size() <= start_time || is_only_a_name(id, fields[state])) return {};
  return fields[start_time];
}

/// No process has the id, or one that has ended and only waits to be collected.
bool is_gone(const std::string& id) {
  if (!read_line(fs::path("/proc") / id / "stat").empty()) return true;  // start_of() found it dead
  int number = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
  return parsed.ec == std::errc() && number > 0 && ::kill(number, 0) != 0 && errno == ESRCH;
}

std::string process_ids_of_here() {
  std::error_code error;
  const auto link = fs::read_symlink("/proc/self/ns/pid", error).string();  // "pid:[4026531836]"
  const auto digits = link.find_first_of("0123456789");
  return error || digits == std::string::npos ? std::string()
                                              : link.substr(digits, link.size() - digits - 1);
}

std::optional<process_place> here() {
  process_place place{read_line("/proc/sys/kernel/random/boot_id"),
                      process_ids_of_here(),
                      std::to_string(::getpid()),
                      {}};
  place.started = start_of(place.id);
  if (place.boot.empty() || place.id_space.empty() || place.started.empty()) return std::nullopt;
  return place;
}

}  // namespace

std::string make_process_name() {
  const auto random = to_string(boost::uuids::random_generator()());
  const auto place = here();
  if (!place) return random;
  return place->boot + "." + place->id_space + "." + place->id + "." + place->started + "." +
         random;
}

bool has_ended(std::string_view name) {
  std::vector<std::string> parts;
  boost::split(parts, name, boost::is_any_of("."));
  const auto place = here();
  if (!place || parts.size() != 5) return false;
  if (parts[0] != place->boot || parts[1] != place->id_space) return false;
  if (parts[2].empty() || parts[2].find_first_not_of("0123456789") != std::string::npos) {
    return false;
  }
  const auto started = start_of(parts[2]);
  if (!started.empty()) return started != parts[3];
  // Nothing to read: gone, or hidden from us.
  return is_gone(parts[2]);
}

}  // namespace crossdock
