#pragma once

#include <string>

#include "actors/store/session.hpp"

namespace crossdock::testing {

/// A fresh database for one test, on a throw-away PostgreSQL cluster that the program starts when
/// the first is wanted and removes when it ends: unix socket only, no fsync, as user postgres when
/// the tests run as root. Needs PostgreSQL's server programs; without them the tests fail, they are
/// not skipped. Use it from the main thread; sessions may be used anywhere.
class test_database {
 public:
  enum class content {
    migrated,  ///< has crossdock's schema
    empty,
  };
  explicit test_database(content with = content::migrated);
  ~test_database();  ///< closes what is still connected to it
  test_database(const test_database&) = delete;
  test_database& operator=(const test_database&) = delete;

  const std::string& url() const { return url_; }
  store::session connect() const { return store::session(url_, "test"); }

 private:
  std::string name_;
  std::string url_;
};

/// Runs SQL and returns the first field of its first row as text; empty when there is none or null.
std::string query(store::session& db, const std::string& sql);
std::int64_t query_number(store::session& db, const std::string& sql);

}  // namespace crossdock::testing
