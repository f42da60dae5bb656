#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <pqxx/pqxx>

#include "actors/store/session.hpp"

/// Inside of session: only session*.cpp and migrations.cpp include this.
namespace crossdock::store {

/// What never changes of a job.
struct job_facts {
  std::int64_t scope_id = 0;
  std::vector<type_rank> types;

  /// Null when the job's workflow has no such type.
  const type_rank* find(std::string_view type) const;
};

std::vector<type_rank> types_from_json(std::string_view text);

/// Rethrows the exception in flight: what libpqxx throws as the store_error it means, others as
/// they are.
[[noreturn]] void rethrow_for_caller();

/// PostgreSQL's message without decoration, with its SQLSTATE.
std::string describe(const pqxx::sql_error& error);

/// A connection with the statements of store/sql, prepared when first used.
class database {
 public:
  database(const std::string& url, const std::string& application);

  pqxx::connection& connection() { return connection_; }

  /// Runs sql/<statement>.sql. `statement` is a literal.
  pqxx::result exec(pqxx::transaction_base& tx, pqxx::zview statement,
                    const pqxx::params& params = {});

  /// Throws store_error{not_found}. Cached; the reference holds until the next call.
  const job_facts& facts(pqxx::transaction_base& tx, job_id id);

  /// One read-committed transaction around `body(tx)`; its result is returned after the commit.
  template <class Body>
  auto transaction(Body&& body) {
    return mapped([&] { return unmapped_transaction(std::forward<Body>(body)); });
  }

  /// The same with libpqxx's own exceptions, for whoever reacts to them, inside mapped().
  template <class Body>
  auto unmapped_transaction(Body&& body) {
    pqxx::work tx{connection_};
    if constexpr (std::is_void_v<std::invoke_result_t<Body, pqxx::work&>>) {
      std::forward<Body>(body)(tx);
      tx.commit();
    } else {
      auto result = std::forward<Body>(body)(tx);
      tx.commit();
      return result;
    }
  }

  template <class Body>
  static auto mapped(Body&& body) {
    try {
      return std::forward<Body>(body)();
    } catch (...) {
      rethrow_for_caller();
    }
  }

 private:
  pqxx::connection connection_;
  std::unordered_set<std::string_view> prepared_;
  std::unordered_map<job_id, job_facts> facts_;
};

struct session::impl : database {
  using database::database;
};

/// Counter changes of one transaction, which become one row of ledger_delta in it.
class counter_delta {
 public:
  void add(std::string_view key, std::int64_t count);
  /// Throws store_error{refused} unless `json` is one JSON value.
  void set(std::string_view key, std::string_view json);
  void write(database& db, pqxx::transaction_base& tx, job_id id) const;

 private:
  std::unordered_map<std::string, std::int64_t> counts_;
  std::unordered_map<std::string, std::string> values_;
};

/// Records what is not recorded yet and counts the new `rejected` ones per type.
void put_findings(database& db, pqxx::transaction_base& tx, job_id id,
                  std::span<const api::finding> findings, counter_delta& counters);

job_row read_job(const pqxx::row& row);
/// Throws store_error{not_found}.
job_row require_job(database& db, pqxx::transaction_base& tx, job_id id);

/// The error of a fenced write that met no row of ours.
store_error lost_job(const job_lease& lease);
store_error no_such_job(job_id id);

}  // namespace crossdock::store
