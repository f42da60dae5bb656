#include <array>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "actors/store/json_text.hpp"
#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

std::string json_string(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

/// `{"key":value,…}` from a map of keys to JSON texts or numbers.
template <class Map, class ToText>
std::string json_object(const Map& map, ToText to_text) {
  std::string text = "{";
  for (const auto& [key, value] : map) {
    if (text.size() > 1) text += ',';
    text += json_string(key) + ':' + to_text(value);
  }
  return text + '}';
}

}  // namespace

void counter_delta::add(std::string_view key, std::int64_t count) {
  if (count != 0) counts_[std::string(key)] += count;
}

void counter_delta::set(std::string_view key, std::string_view json) {
  boost::json::error_code error;
  boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  if (error) {
    throw store_error(store_error::kind::refused, "the value for meta key " + json_string(key) +
                                                      " is not JSON: " + error.message());
  }
  values_.insert_or_assign(std::string(key), std::string(json));
}

void counter_delta::write(database& db, pqxx::transaction_base& tx, job_id id) const {
  if (counts_.empty() && values_.empty()) return;
  const std::string patch =
      R"({"incr":)" + json_object(counts_, [](std::int64_t n) { return std::to_string(n); }) +
      R"(,"set":)" + json_object(values_, [](const std::string& json) { return json; }) + '}';
  std::string buffer;
  db.exec(tx, "add_delta", {id, storable_json(patch, buffer)});
}

void put_findings(database& db, pqxx::transaction_base& tx, job_id id,
                  std::span<const api::finding> findings, counter_delta& counters) {
  if (findings.empty()) return;
  std::array<std::vector<std::string>, 6> columns;
  for (const auto& item : findings) {
    const std::array<std::string_view, 6> fields{to_string(item.what), item.type,   item.item,
                                                 item.place,           item.reason, item.detail};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      columns[i].push_back(storable_text(fields[i]));
    }
  }
  const auto rejected =
      db.exec(tx, "put_findings",
              {id, columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]});
  for (const auto& [type, count] : rejected.iter<std::string, std::int64_t>()) {
    const auto* known = db.facts(tx, id).find(type);
    counters.add((known ? known->plural : "elements") + "_rejected", count);
  }
}

}  // namespace crossdock::store
