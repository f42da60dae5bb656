#include "actors/store/session.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include "actors/store/embedded_sql.hpp"
#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

/// Facts of more jobs than this are forgotten and read again: a long-lived session sees many.
constexpr std::size_t max_known_jobs = 4096;

/// libpq's texts begin with the severity, and end with a newline or where in our SQL it happened.
std::string plain_message(std::string_view text) {
  if (text.starts_with("ERROR:  ")) text.remove_prefix(8);
  text = text.substr(0, std::min(text.find("\nLINE "), text.find("\nCONTEXT:")));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

/// Appendix A of PostgreSQL's manual lists the classes.
store_error::kind kind_of(std::string_view sqlstate) {
  const auto is_class = [&](std::string_view prefix) { return sqlstate.starts_with(prefix); };
  constexpr std::string_view lock_not_available = "55P03";
  if (is_class("40") || sqlstate == lock_not_available) return store_error::kind::conflict;
  // Connection trouble, no resources, operator intervention (shutdown, crash), idle time-outs.
  if (is_class("08") || is_class("53") || is_class("57P") || is_class("25P0")) {
    return store_error::kind::unavailable;
  }
  return store_error::kind::refused;
}

}  // namespace

void rethrow_for_caller() {
  using kind = store_error::kind;
  try {
    throw;
  } catch (const pqxx::sql_error& e) {
    throw store_error(kind_of(e.sqlstate()), describe(e));
  } catch (const pqxx::in_doubt_error& e) {
    throw store_error(kind::unavailable, plain_message(e.what()));
  } catch (const pqxx::broken_connection& e) {
    throw store_error(kind::unavailable, plain_message(e.what()));
  } catch (const pqxx::failure& e) {
    throw store_error(kind::refused, plain_message(e.what()));
  } catch (const pqxx::argument_error& e) {
    throw store_error(kind::refused, e.what());
  } catch (const pqxx::conversion_error& e) {
    throw store_error(kind::refused, e.what());
  } catch (const pqxx::range_error& e) {
    throw store_error(kind::refused, e.what());
  } catch (const pqxx::usage_error& e) {
    throw store_error(kind::refused, e.what());
  } catch (const pqxx::internal_error& e) {
    throw store_error(kind::refused, e.what());
  }
}

std::string describe(const pqxx::sql_error& error) {
  return plain_message(error.what()) + " (SQLSTATE " + error.sqlstate() + ")";
}

// -- job_facts ----------------------------------------------------------------------------------

const type_rank* job_facts::find(std::string_view type) const {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const auto& t) { return t.type == type; });
  return found == types.end() ? nullptr : &*found;
}

std::vector<type_rank> types_from_json(std::string_view text) {
  std::vector<type_rank> types;
  const auto parsed = boost::json::parse(boost::json::string_view(text.data(), text.size()));
  for (const auto& item : parsed.as_array()) {
    types.push_back({boost::json::value_to<std::string>(item.at("type")),
                     boost::json::value_to<std::string>(item.at("plural")),
                     boost::json::value_to<int>(item.at("rank"))});
  }
  return types;
}

// -- database -----------------------------------------------------------------------------------

database::database(const std::string& url, const std::string& application) : connection_{url} {
  // Notices ("relation exists already") are for people at a terminal.
  connection_.set_notice_handler([](pqxx::zview) {});
  pqxx::nontransaction tx{connection_};
  tx.exec("SELECT set_config('application_name', $1, false)", pqxx::params{application});
  tx.exec(sql::embedded("session_settings.sql"));
}

pqxx::result database::exec(pqxx::transaction_base& tx, pqxx::zview statement,
                            const pqxx::params& params) {
  if (!prepared_.contains(statement)) {
    const std::string file = std::string(statement) + ".sql";
    connection_.prepare(std::string(statement), std::string(sql::embedded(file)));
    prepared_.insert(statement);
  }
  return tx.exec(pqxx::prepped{statement}, params);
}

const job_facts& database::facts(pqxx::transaction_base& tx, job_id id) {
  if (const auto known = facts_.find(id); known != facts_.end()) return known->second;
  const auto rows = exec(tx, "job_facts", {id});
  if (rows.empty()) throw no_such_job(id);
  if (facts_.size() >= max_known_jobs) facts_.clear();
  const auto [scope_id, types] = rows[0].as<std::int64_t, std::string>();
  return facts_.emplace(id, job_facts{scope_id, types_from_json(types)}).first->second;
}

store_error lost_job(const job_lease& lease) {
  return {store_error::kind::lost, "job " + std::to_string(lease.id) +
                                       " is not ours any more (epoch " +
                                       std::to_string(lease.epoch) + ")"};
}

store_error no_such_job(job_id id) {
  return {store_error::kind::not_found, "there is no job " + std::to_string(id)};
}

// -- session ------------------------------------------------------------------------------------

session::session(const std::string& url, const std::string& application)
    : impl_(database::mapped([&] { return std::make_unique<impl>(url, application); })) {}
session::~session() = default;
session::session(session&&) noexcept = default;
session& session::operator=(session&&) noexcept = default;

bool session::alive() const {
  return impl_->connection().is_open();
}
pqxx::connection& session::raw() {
  return impl_->connection();
}

}  // namespace crossdock::store
