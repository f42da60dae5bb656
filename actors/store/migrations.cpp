#include <algorithm>
#include <charconv>
#include <map>

#include "actors/core/digest.hpp"
#include "actors/store/embedded_sql.hpp"
#include "actors/store/session_impl.hpp"

/// Migrations are the files sql/migrations/NNNN_name.sql, applied in order, each once, all missing
/// ones in one transaction. A file that was released is never edited: its digest is kept.
namespace crossdock::store {

namespace {

using kind = store_error::kind;

struct known_migration {
  int version = 0;
  std::string name;
  std::string_view text;
};

/// The migrations this program has, by version.
std::vector<known_migration> known_migrations() {
  constexpr std::string_view folder = "migrations/";
  constexpr std::string_view suffix = ".sql";
  std::vector<known_migration> known;
  for (const auto& file : sql::embedded_files()) {
    if (!file.path.starts_with(folder)) continue;
    std::string_view stem = file.path.substr(folder.size());
    stem.remove_suffix(suffix.size());
    known_migration next{0, {}, file.text};
    const auto parsed = std::from_chars(stem.data(), stem.data() + stem.size(), next.version);
    next.name = std::string(parsed.ptr + 1, stem.data() + stem.size());
    known.push_back(std::move(next));
  }
  std::sort(known.begin(), known.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  return known;
}

struct applied_migration {
  std::string name;
  std::string digest;
};
using applied_migrations = std::map<int, applied_migration>;

applied_migrations read_applied(database& db, pqxx::work& tx) {
  applied_migrations applied;
  if (!db.exec(tx, "has_schema").one_field().as<bool>()) return applied;
  for (const auto& [version, name, digest] :
       db.exec(tx, "applied_migrations").iter<int, std::string, std::string>()) {
    applied.emplace(version, applied_migration{name, digest});
  }
  return applied;
}

/// Refuses a database that another version of the program has taken further, or elsewhere.
void check_compatible(const std::vector<known_migration>& known,
                      const applied_migrations& applied) {
  const int newest_known = known.back().version;
  const int newest_applied = applied.empty() ? 0 : applied.rbegin()->first;
  if (newest_applied > newest_known) {
    throw store_error(kind::refused,
                      "the database's schema has version " + std::to_string(newest_applied) +
                          ", this program knows up to version " + std::to_string(newest_known) +
                          ": use the newer program that migrated it");
  }
  for (const auto& migration : known) {
    const auto found = applied.find(migration.version);
    if (found != applied.end() && found->second.digest != sha256_hex(migration.text)) {
      throw store_error(kind::refused, "the database's schema version " +
                                           std::to_string(migration.version) + " (" +
                                           found->second.name +
                                           ") was made by a different build of this program");
    }
  }
}

}  // namespace

std::vector<session::migration> session::migrations() {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<migration> list;
    auto applied = read_applied(*impl_, tx);
    for (const auto& known : known_migrations()) {
      list.push_back({known.version, known.name, applied.erase(known.version) > 0});
    }
    for (const auto& [version, foreign] : applied) list.push_back({version, foreign.name, true});
    return list;
  });
}

int session::migrate() {
  return impl_->transaction([&](pqxx::work& tx) {
    const auto encoding = tx.query_value<std::string>("SHOW server_encoding");
    if (encoding != "UTF8") {
      throw store_error(kind::refused, "the database's encoding is " + encoding +
                                           "; create it with ENCODING 'UTF8'");
    }
    impl_->exec(tx, "lock_migrations");
    tx.exec(sql::embedded("migrations_table.sql"));
    const auto known = known_migrations();
    const auto applied = read_applied(*impl_, tx);
    check_compatible(known, applied);
    int count = 0;
    for (const auto& next : known) {
      if (applied.contains(next.version)) continue;
      tx.exec(next.text);
      impl_->exec(tx, "record_migration", {next.version, next.name, sha256_hex(next.text)});
      ++count;
    }
    return count;
  });
}

void session::require_current_schema() {
  impl_->transaction([&](pqxx::work& tx) {
    const auto known = known_migrations();
    const auto applied = read_applied(*impl_, tx);
    check_compatible(known, applied);
    if (applied.size() == known.size()) return;
    throw store_error(kind::refused,
                      "the database's schema has version " +
                          std::to_string(applied.empty() ? 0 : applied.rbegin()->first) +
                          ", this program needs version " + std::to_string(known.back().version) +
                          ": run `crossdock db migrate`");
  });
}

}  // namespace crossdock::store
