#include <utility>

#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

api::entity_view read_view(const pqxx::row& row) {
  api::entity_view view;
  view.id = row["id"].as<std::int64_t>();
  view.job_id = row["job_id"].as<std::int64_t>();
  view.external_id = row["external_id"].as<std::string>();
  view.lane = row["lane"].as<std::string>();
  view.group_seq = row["group_seq"].as<std::int64_t>();
  view.seq = row["seq"].as<std::int64_t>();
  view.status = row["status"].as<std::string>();
  view.target_id = row["target_id"].as<std::optional<std::string>>();
  view.raw = row["raw"].as<std::string>();
  view.refs = row["refs"].as<std::string>();
  return view;
}

api::blob read_blob(const pqxx::row& row) {
  return {row["key"].as<std::string>(), row["path"].as<std::string>(),
          row["size"].as<std::int64_t>()};
}

api::finding::kind finding_kind(std::string_view text) {
  using kind = api::finding::kind;
  if (text == "rejected") return kind::rejected;
  if (text == "left_out") return kind::left_out;
  if (text == "changed") return kind::changed;
  return kind::note;
}

/// The rows of a statement that declares a cursor, page by page. The server keeps them beside any
/// transaction, so that the session stays usable between two pages.
class held_cursor {
 public:
  held_cursor(database& db, pqxx::zview statement, const pqxx::params& params) : db_(db) {
    db_.transaction([&](pqxx::work& tx) { db_.exec(tx, statement, params); });
  }
  held_cursor(const held_cursor&) = delete;
  held_cursor& operator=(const held_cursor&) = delete;
  ~held_cursor() {
    try {
      db_.transaction([&](pqxx::work& tx) { db_.exec(tx, "close_cursor"); });
    } catch (const store_error&) {
      // Only a lost connection gets here, and the cursor went with it.
    }
  }

  pqxx::result next_page() {
    return db_.transaction([&](pqxx::work& tx) { return db_.exec(tx, "fetch"); });
  }

 private:
  database& db_;
};

}  // namespace

void session::for_each_missing_ref(job_id id, std::string_view type, std::string_view ref_key,
                                   std::string_view ref_type,
                                   const std::function<void(std::string_view)>& use) {
  held_cursor cursor{*impl_, "for_each_missing_ref", {id, type, ref_key, ref_type}};
  for (auto page = cursor.next_page(); !page.empty(); page = cursor.next_page()) {
    for (const auto& row : page) use(row[0].view());
  }
}

std::vector<std::string> session::find_missing(std::int64_t scope_id, std::string_view type,
                                               const std::vector<std::string>& external_ids) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<std::string> missing;
    for (const auto& row : impl_->exec(tx, "find_missing", {scope_id, type, external_ids})) {
      missing.push_back(row[0].as<std::string>());
    }
    return missing;
  });
}

void session::for_each_finding(job_id id, const std::function<void(const api::finding&)>& use) {
  held_cursor cursor{*impl_, "for_each_finding", {id}};
  for (auto page = cursor.next_page(); !page.empty(); page = cursor.next_page()) {
    for (const auto& row : page) {
      use({finding_kind(row["kind"].view()), row["type"].as<std::string>(),
           row["item"].as<std::string>(), row["place"].as<std::string>(),
           row["reason"].as<std::string>(), row["detail"].as<std::string>()});
    }
  }
}

void session::for_each_entity(std::int64_t scope_id, std::string_view type,
                              const std::function<void(const api::entity_view&)>& use) {
  std::string after;  // external ids are never empty
  for (;;) {
    const auto page = impl_->transaction([&](pqxx::work& tx) {
      return impl_->exec(tx, "for_each_entity", {scope_id, type, after});
    });
    if (page.empty()) return;
    for (const auto& row : page) use(read_view(row));
    after = page[page.size() - 1]["external_id"].as<std::string>();
  }
}

std::vector<api::entity_view> session::find_entities(std::int64_t scope_id, std::string_view type,
                                                     const std::vector<std::string>& external_ids) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<api::entity_view> views;
    for (const auto& row : impl_->exec(tx, "find_entities", {scope_id, type, external_ids})) {
      views.push_back(read_view(row));
    }
    return views;
  });
}

std::vector<api::lane_size> session::lane_sizes(std::int64_t scope_id, std::string_view type) {
  const auto rows = impl_->transaction([&](pqxx::work& tx) {
    return impl_->exec(tx, "lane_sizes", {scope_id, type});
  });
  std::vector<api::lane_size> lanes;
  for (const auto& row : rows) {
    lanes.push_back({row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(),
                     row[3].as<std::int64_t>()});
  }
  return lanes;
}

std::vector<api::blob> session::find_blobs(job_id id, const std::vector<std::string>& keys) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<api::blob> blobs;
    for (const auto& row : impl_->exec(tx, "find_blobs", {id, keys})) {
      blobs.push_back(read_blob(row));
    }
    return blobs;
  });
}

std::int64_t session::blob_bytes(job_id id) {
  return impl_->transaction(
      [&](pqxx::work& tx) { return impl_->exec(tx, "blob_bytes", {id})[0][0].as<std::int64_t>(); });
}

void session::for_each_blob(job_id id, const std::function<void(const api::blob&)>& use) {
  std::optional<std::string> after;
  for (;;) {
    const auto page = impl_->transaction([&](pqxx::work& tx) {
      return impl_->exec(tx, "for_each_blob", {id, after});
    });
    if (page.empty()) return;
    for (const auto& row : page) use(read_blob(row));
    after = page[page.size() - 1]["key"].as<std::string>();
  }
}

void session::add_finding(job_id id, const api::finding& item) {
  impl_->transaction([&](pqxx::work& tx) {
    impl_->facts(tx, id);  // findings have no foreign key: a wrong job is noticed here
    counter_delta counters;
    put_findings(*impl_, tx, id, {&item, 1}, counters);
    counters.write(*impl_, tx, id);
  });
}

std::vector<type_count> session::count_entities(job_id id) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<type_count> counts;
    for (const auto& [type, status, count] :
         impl_->exec(tx, "count_entities", {id}).iter<std::string, std::string, std::int64_t>()) {
      counts.push_back({type, status, count});
    }
    return counts;
  });
}

std::vector<failure_row> session::list_failures(job_id id, std::string_view type,
                                                std::string_view status, std::int64_t after_id,
                                                int limit) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<failure_row> failures;
    for (const auto& row : impl_->exec(tx, "list_failures", {id, type, status, after_id, limit})) {
      failures.push_back({row["id"].as<std::int64_t>(), row["type"].as<std::string>(),
                          row["external_id"].as<std::string>(), row["status"].as<std::string>(),
                          row["attempts"].as<int>(), row["error_class"].as<std::string>(),
                          row["error_code"].as<std::string>(),
                          row["error_message"].as<std::string>()});
    }
    return failures;
  });
}

}  // namespace crossdock::store
