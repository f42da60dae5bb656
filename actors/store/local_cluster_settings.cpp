#include "actors/store/local_cluster_settings.hpp"

namespace crossdock::store::detail {

namespace {

/// As an element of a list of names, where a comma would divide.
std::string in_double_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::string in_single_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + '\'';
}

std::vector<std::string> server_settings(const fs::path& root, const fs::path& sockets) {
  return {
      "listen_addresses=",
      "unix_socket_directories=" + in_double_quotes(sockets.string()),
      "unix_socket_permissions=0700",
      std::string("port=") + server_port,
      "hba_file=" + (root / "pg_hba.conf").string(),
      "ident_file=" + (root / "pg_ident.conf").string(),
      "max_connections=200",  // three processes with DB_POOL_SIZE + DB_MAX_OVERFLOW each
      "shared_buffers=128MB",
      "fsync=on",
      "full_page_writes=on",
      "synchronous_commit=on",
      "max_wal_size=2GB",   // an import is one long burst of writing
      "wal_level=minimal",  // nobody replicates from it
      "max_wal_senders=0",
      "jit=off",  // its statements are short
      "log_checkpoints=off",
      "logging_collector=off",
      "log_destination=stderr",
      "log_timezone=UTC",
      "timezone=UTC",
  };
}

void write_access_rules(const fs::path& root, const unix_user& user) {
  const std::string map = role_and_database;
  write_file(root / "pg_hba.conf", "local all all peer map=" + map + "\n");
  std::string users = map + " root " + role_and_database + "\n";
  if (user.name != "root") {
    users += map + ' ' + in_double_quotes(user.name) + ' ' + role_and_database + '\n';
  }
  write_file(root / "pg_ident.conf", users);
}

}  // namespace crossdock::store::detail
