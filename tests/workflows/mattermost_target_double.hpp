#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/workflows/mattermost_bundle_fixture.hpp"
#include "workflows/slack_mattermost/mattermost/bundle_target.hpp"

/// The bundle's target with an engine made of memory: entities are put in, everything is delivered
/// once, then lines, outcomes and findings can be looked at.
namespace crossdock::mattermost::testing_tools {

namespace json = boost::json;

class memory_engine : public api::target_context {
 public:
  explicit memory_engine(json::object options = {}) : options_(std::move(options)) {
    job_.id = 1;
    job_.output_path = (directory_ / "out").string();
  }

  /// In the order of delivery.
  void add(const std::string& type, const std::string& id, const json::object& raw,
           const json::object& refs = {}, const std::string& lane = "lane",
           std::int64_t group_seq = 0, std::int64_t seq = 0) {
    api::entity_view entity;
    entity.id = ++last_id_;
    entity.job_id = job_.id;
    entity.external_id = id;
    entity.lane = lane;
    entity.group_seq = group_seq;
    entity.seq = seq;
    entity.status = "pending";
    entity.raw = json::serialize(raw);
    entity.refs = json::serialize(refs);
    entities_[type].push_back(std::move(entity));
  }
  void user(const std::string& id, json::object raw) { add("user", id, raw); }
  void channel(const std::string& id, json::object raw, const std::string& kind = "public") {
    add("channel", id, raw, {{"kind", kind}});
  }
  /// `seq` and `group_seq` in microseconds; `raw` needs no ts.
  void message(const std::string& channel, const std::string& ts, std::int64_t seq,
               json::object raw, const std::string& root = {}, std::int64_t group_seq = 0) {
    raw["ts"] = ts;
    json::object refs{{"channel", channel}, {"user", raw.at("user")}};
    if (!root.empty()) refs["root"] = channel + ":" + root;
    add("message", channel + ":" + ts, raw, refs, channel, root.empty() ? seq : group_seq, seq);
  }

  /// Prepares, delivers every lane of every type, finishes.
  void run() {
    const auto target = bundle_target().make_target(job_, options_);
    target->prepare(*this);
    for (const auto* type :
         {"user", "custom_emoji", "channel", "message", "attachment", "reaction"}) {
      const auto exporter = target->make_exporter(type, *this);
      std::set<std::string> lanes;
      for (const auto& entity : entities_[type]) lanes.insert(entity.lane);
      for (const auto& lane : lanes) deliver(*exporter, type, lane);
    }
    outputs = json::parse(target->finish(*this)).as_object();
  }

  /// The content of all lines of a type, in the order of the bundles.
  std::vector<json::object> lines(const std::string& type) const {
    std::vector<json::object> found;
    for (const auto& bundle : outputs.at("bundles").as_array()) {
      const auto name = std::string(bundle.at("file").as_string());
      const auto zip = read_zip(fs::path(job_.output_path) / name);
      for (const auto& line :
           split_lines(zip.files.at(name.substr(0, name.size() - 3) + "jsonl"))) {
        auto value = json::parse(line).as_object();
        if (value.at("type").as_string() == type) found.push_back(value.at(type).as_object());
      }
    }
    return found;
  }

  /// The finding of that reason about that item; fails the test when there is not exactly one.
  api::finding finding(const std::string& reason, const std::string& item) const {
    std::vector<api::finding> found;
    for (const auto& one : findings) {
      if (one.reason == reason && one.item == item) found.push_back(one);
    }
    EXPECT_EQ(found.size(), 1U) << reason << " of " << item;
    return found.empty() ? api::finding{} : found.front();
  }

  const api::job_info& job() const override { return job_; }
  const json::object& options() const override { return options_; }
  void for_each_entity(std::string_view type,
                       const std::function<void(const api::entity_view&)>& use) override {
    auto sorted = entities_[std::string(type)];
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.external_id < b.external_id; });
    for (const auto& entity : sorted) use(entity);
  }
  std::vector<api::entity_view> find(std::string_view type,
                                     std::span<const std::string> ids) override {
    std::vector<api::entity_view> found;
    for (const auto& entity : entities_[std::string(type)]) {
      if (std::find(ids.begin(), ids.end(), entity.external_id) != ids.end()) {
        found.push_back(entity);
      }
    }
    return found;
  }
  std::vector<api::lane_size> lane_sizes(std::string_view type) override {
    std::map<std::string, api::lane_size> sizes;
    for (const auto& entity : entities_[std::string(type)]) {
      auto& size = sizes[entity.lane];
      size.lane = entity.lane;
      ++size.entities;
      size.groups += entity.seq == entity.group_seq ? 1 : 0;
      size.last_seq = std::max(size.last_seq, entity.seq);
    }
    std::vector<api::lane_size> list;
    for (const auto& [lane, size] : sizes) list.push_back(size);
    return list;
  }
  std::vector<api::blob> find_blobs(std::span<const std::string> keys) override {
    return files.find(keys);
  }
  void for_each_blob(const std::function<void(const api::blob&)>& use) override {
    for (const auto& [key, item] : files.items) {
      for (const auto& blob : files.find(std::vector{key})) use(blob);
    }
  }
  api::blob_reader& blobs() override { return files; }
  std::shared_ptr<api::target_gate> gate(const std::string&, const api::gate_limits&) override {
    throw std::logic_error("a bundle asks no server");
  }
  void report(api::finding item) override { findings.push_back(std::move(item)); }
  bool stopping() const override { return false; }

  memory_blobs files;
  std::vector<api::finding> findings;
  std::map<std::string, api::outcome> outcomes;  ///< by "type external_id"
  json::object outputs;

 private:
  void deliver(api::exporter& exporter, const std::string& type, const std::string& lane) {
    api::delivery work;
    work.type = type;
    work.lane = lane;
    for (const auto& entity : entities_[type]) {
      if (entity.lane != lane) continue;
      api::claimed_entity claimed;
      claimed.id = entity.id;
      claimed.external_id = entity.external_id;
      claimed.group_seq = entity.group_seq;
      claimed.seq = entity.seq;
      claimed.raw = entity.raw;
      claimed.refs = entity.refs;
      work.entities.push_back(std::move(claimed));
    }
    for (const auto& outcome : exporter.deliver(work).outcomes) settle(type, outcome);
  }

  void settle(const std::string& type, const api::outcome& outcome) {
    for (auto& entity : entities_[type]) {
      if (entity.id != outcome.id) continue;
      const bool carried = outcome.kind == api::outcome_kind::success;
      entity.status = carried ? "success" : "skipped";
      if (carried) entity.target_id = outcome.target_id;
      outcomes[type + " " + entity.external_id] = outcome;
    }
  }

  temporary_directory directory_;
  api::job_info job_;
  json::object options_;
  std::int64_t last_id_ = 0;
  std::map<std::string, std::vector<api::entity_view>> entities_;
};

}  // namespace crossdock::mattermost::testing_tools
