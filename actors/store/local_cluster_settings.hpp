#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "actors/store/local_cluster_host.hpp"

/// How the private server is configured. Only local_cluster*.cpp include this.
namespace crossdock::store::detail {

/// The one role, and the one database, of the private server.
inline constexpr const char* role_and_database = "crossdock";
inline constexpr const char* server_port = "5432";  ///< part of the socket's name only
inline constexpr const char* socket_name = ".s.PGSQL.5432";

/// As a value of a connection string.
std::string in_single_quotes(std::string_view text);

/// Each as NAME=VALUE, for `postgres -c`.
std::vector<std::string> server_settings(const fs::path& root, const fs::path& sockets);

/// Who may connect: the server's user, root and nobody else, by the socket. Written anew at every
/// start, outside the server's own folder: it can read them only.
void write_access_rules(const fs::path& root, const unix_user& user);

}  // namespace crossdock::store::detail
