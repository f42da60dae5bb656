#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/store/local_cluster_process.hpp"

/// What local_cluster.cpp, and nothing else, needs to know of the machine: users, folders, and
/// where PostgreSQL's programs are.
namespace crossdock::store::detail {

namespace fs = std::filesystem;

[[noreturn]] inline void refuse(const std::string& what) {
  throw std::runtime_error(what);
}

inline const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

// -- users and folders
// -----------------------------------------------------------------------------

/// One entry of the user database; `look_up` is getpwuid_r or getpwnam_r with its key.
template <class LookUp>
inline std::optional<unix_user> find_user(LookUp look_up) {
  std::array<char, 16 * 1024> buffer;
  passwd entry{};
  passwd* found = nullptr;
  look_up(&entry, buffer.data(), buffer.size(), &found);
  if (!found) return std::nullopt;
  return unix_user{found->pw_uid, found->pw_gid, found->pw_name, found->pw_dir};
}

inline std::optional<unix_user> find_user(uid_t uid) {
  return find_user([&](auto... rest) { return ::getpwuid_r(uid, rest...); });
}

inline std::optional<unix_user> find_user(const char* name) {
  return find_user([&](auto... rest) { return ::getpwnam_r(name, rest...); });
}

inline unix_user named_user(uid_t uid) {
  if (auto user = find_user(uid)) return *user;
  refuse("user id " + std::to_string(uid) +
         " has no entry in /etc/passwd, and PostgreSQL needs one: add it, or set DATABASE_URL to a "
         "server of your own");
}

inline struct stat status_of(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) fail("cannot look at " + path.string());
  return status;
}

inline unix_user server_user(const fs::path& data) {
  if (::geteuid() != 0) return named_user(::geteuid());
  if (fs::exists(data)) {
    if (const uid_t owner = status_of(data).st_uid; owner != 0) return named_user(owner);
  }
  for (const char* name : {"crossdock", "postgres", "nobody"}) {
    if (auto user = find_user(name)) return *user;
  }
  refuse("PostgreSQL does not run as root, and there is no user crossdock, postgres or nobody");
}

inline fs::path default_directory() {
  const char* state = variable("XDG_STATE_HOME");
  if (state && *state == '/') return fs::path(state) / "crossdock";
  if (::geteuid() == 0) return "/var/lib/crossdock";
  if (const char* home = variable("HOME")) return fs::path(home) / ".local/state/crossdock";
  return fs::path(named_user(::geteuid()).home) / ".local/state/crossdock";
}

/// The cluster's folder: ours, writable by nobody else, open to the server's user for passing
/// through.
inline void prepare_root(const fs::path& root) {
  fs::create_directories(root.parent_path());
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
    fail("cannot make the folder of the private database, " + root.string());
  }
  const auto status = status_of(root);
  if (!S_ISDIR(status.st_mode)) refuse(root.string() + " is not a folder");
  if (status.st_uid != ::geteuid()) {
    refuse("the private database in " + root.string() + " belongs to user " +
           named_user(status.st_uid).name + ": run crossdock as that user, or set XDG_STATE_HOME");
  }
  if (::chmod(root.c_str(), ::geteuid() == 0 ? 0711 : 0700) != 0) {
    fail("cannot set the mode of " + root.string());
  }
}

/// A folder of mode 0700 that belongs to `user`. One that exists must be that already.
inline void prepare_private(const fs::path& path, const unix_user& user) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    if (::geteuid() == 0 && ::lchown(path.c_str(), user.uid, user.gid) != 0) {
      fail("cannot give " + path.string() + " to user " + user.name);
    }
    return;
  }
  if (errno != EEXIST) fail("cannot make the folder " + path.string());
  const auto status = status_of(path);
  if (!S_ISDIR(status.st_mode) || status.st_uid != user.uid || (status.st_mode & 077) != 0) {
    refuse(path.string() + " is not a private folder of user " + user.name + ": remove it");
  }
}

/// The topmost folder on the way to `path` that is closed to others, for the error text.
inline fs::path first_closed(const fs::path& path) {
  fs::path walked;
  for (const auto& part : path) {
    walked /= part;
    if ((status_of(walked).st_mode & S_IXOTH) == 0) return walked;
  }
  return path;
}

inline std::string read_text(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

inline void write_file(const fs::path& path, const std::string& text) {
  const fs::path fresh = path.string() + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << text;
    if (!out.flush()) refuse("cannot write " + fresh.string());
  }
  ::chmod(fresh.c_str(), 0644);  // read by the server's user
  fs::rename(fresh, path);
}

// -- PostgreSQL's programs
// ---------------------------------------------------------------------------

struct programs {
  fs::path folder;
  int major = 0;
};

inline bool has_programs(const fs::path& folder) {
  return ::access((folder / "postgres").c_str(), X_OK) == 0 &&
         ::access((folder / "initdb").c_str(), X_OK) == 0;
}

inline int leading_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

inline std::vector<fs::path> program_folders() {
  std::vector<fs::path> folders;
  std::istringstream path(variable("PATH") ? variable("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');) {
    if (folder.starts_with('/') && has_programs(folder)) folders.emplace_back(folder);
  }
  std::vector<std::pair<int, fs::path>> versioned;
  std::error_code none;  // no such folder: not Debian
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (!has_programs(entry.path() / "bin")) continue;
    versioned.emplace_back(leading_number(entry.path().filename().string()), entry.path() / "bin");
  }
  std::sort(versioned.rbegin(), versioned.rend());
  for (auto& [major, folder] : versioned) folders.push_back(std::move(folder));
  return folders;
}

/// "postgres (PostgreSQL) 15.18 (Debian …)" → 15
inline int major_version(const fs::path& folder) {
  const auto text = run({.arguments = {folder / "postgres", "--version"},
                         .directory = "/",
                         .user = named_user(::geteuid())});
  const auto at = text.find(") ");
  return at == std::string::npos ? 0 : leading_number(std::string_view(text).substr(at + 2));
}

/// The first programs found, or those of the major version that `data` was made with.
inline programs find_programs(const fs::path& data) {
  const auto folders = program_folders();
  if (folders.empty()) {
    refuse(
        "no PostgreSQL server is installed (no initdb and postgres in PATH or "
        "/usr/lib/postgresql): "
        "apt-get install postgresql, or set DATABASE_URL to a server of your own");
  }
  const int wanted = leading_number(read_text(data / "PG_VERSION"));
  std::string found;
  for (const auto& folder : folders) {
    const int major = major_version(folder);
    if (wanted == 0 || major == wanted) return {folder, major};
    found += (found.empty() ? "" : ", ") + std::to_string(major) + " in " + folder.string();
  }
  const auto version = std::to_string(wanted);
  refuse("the private database in " + data.string() + " was made by PostgreSQL " + version +
         ", but only these are installed: " + found + ". Install postgresql-" + version +
         ", upgrade the data with pg_upgrade, or move the folder away to start anew");
}

}  // namespace crossdock::store::detail
