// A source and a target that do what a test asks of them: reject, fail, refuse, take their time.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <boost/json/value.hpp>

#include "workflows/api/plugin.hpp"

namespace {

namespace json = boost::json;
using namespace crossdock;  // NOLINT(google-build-using-namespace): one file, one purpose

std::int64_t number(const json::object& options, std::string_view name) {
  return options.at(name).as_int64();
}

class trouble_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override {
    if (number(context.options(), "unreadable") != 0) {
      throw api::source_error("the source is unreadable: a test wants it so");
    }
    const auto rejected = number(context.options(), "rejected");
    for (std::int64_t i = 0; i < rejected; ++i) {
      context.report({api::finding::kind::rejected,
                      "thing",
                      {},
                      "list.txt#" + std::to_string(i),
                      "broken",
                      "it makes no sense"});
    }
    const auto count = number(context.options(), "count");
    for (std::int64_t i = 0; i < count; ++i) {
      context.put({"thing", "thing:" + std::to_string(i), "all", i, i, "{}", "{}"});
    }
  }
};

class no_blobs final : public api::blob_reader {
 public:
  void read(std::span<const api::blob>, const sink&) override {}
};

class trouble_source final : public api::source_plugin {
 public:
  std::string_view name() const override { return "trouble-source"; }
  std::string_view summary() const override { return "Things"; }
  std::string_view options_schema() const override {
    return R"({"type": "object", "additionalProperties": false, "properties": {
               "count": {"type": "integer", "default": 10},
               "rejected": {"type": "integer", "default": 0},
               "unreadable": {"type": "integer", "default": 0}}})";
  }
  std::vector<std::string> stages() const override { return {"things"}; }
  std::vector<api::type_name> types() const override { return {{"thing", "things"}}; }
  std::unique_ptr<api::stage> make_stage(std::string_view) const override {
    return std::make_unique<trouble_stage>();
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const json::object&) const override {
    return std::make_unique<no_blobs>();
  }
  std::string identify(const std::string&, const json::object&) const override { return "things"; }
};

/// Appends each thing it delivers to things.txt, so that a test sees what was delivered and how
/// often.
class trouble_exporter final : public api::exporter {
 public:
  trouble_exporter(std::string output, json::object options)
      : output_(std::move(output)), options_(std::move(options)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    api::delivery_result result;
    for (const auto& entity : work.entities) result.outcomes.push_back(deliver_one(entity));
    return result;
  }

 private:
  api::outcome deliver_one(const api::claimed_entity& entity) {
    std::this_thread::sleep_for(std::chrono::milliseconds(number(options_, "wait_ms")));
    api::outcome outcome;
    outcome.id = entity.id;
    if (entity.seq < number(options_, "failures")) {
      outcome.kind = api::outcome_kind::failed;
      outcome.error_class = "permanent";
      outcome.error_code = "too.small";
      outcome.message = "the target does not take things this small";
      return outcome;
    }
    std::ofstream(output_ + "/things.txt", std::ios::app) << entity.external_id << std::endl;
    outcome.target_id = entity.external_id;
    return outcome;
  }

  std::string output_;
  json::object options_;
};

class trouble_target final : public api::target {
 public:
  trouble_target(std::string output, json::object options)
      : output_(std::move(output)), options_(std::move(options)) {}

  void prepare(api::target_context&) override { std::filesystem::create_directories(output_); }
  std::unique_ptr<api::exporter> make_exporter(std::string_view, api::target_context&) override {
    return std::make_unique<trouble_exporter>(output_, options_);
  }
  std::string finish(api::target_context&) override { return R"({"file": "things.txt"})"; }

 private:
  std::string output_;
  json::object options_;
};

class trouble_target_plugin final : public api::target_plugin {
 public:
  std::string_view name() const override { return "trouble-target"; }
  std::string_view summary() const override { return "Takes things, or does not"; }
  std::string_view options_schema() const override {
    return R"({"type": "object", "additionalProperties": false, "properties": {
               "failures": {"type": "integer", "default": 0},
               "wait_ms": {"type": "integer", "default": 0}}})";
  }
  std::vector<std::string> types() const override { return {"thing"}; }
  std::vector<order_rule> order_rules() const override { return {}; }
  bool complete_per_job() const override { return true; }
  std::unique_ptr<api::target> make_target(const api::job_info& job,
                                           const json::object& options) const override {
    return std::make_unique<trouble_target>(job.output_path, options);
  }
};

}  // namespace

extern "C" const api::plugin* crossdock_plugin() {
  static const trouble_source source;
  static const trouble_target_plugin target;
  static const api::plugin plugin{.abi = api::abi_version,
                                  .name = "trouble",
                                  .sources = {&source},
                                  .targets = {&target},
                                  .workflows = {}};
  return &plugin;
}
