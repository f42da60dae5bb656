// A whole plugin in one file: the source makes greetings, the target writes them, one a line, into
// greetings.txt. docs/workflow-authoring.md walks through it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "workflows/api/plugin.hpp"

namespace {

namespace json = boost::json;
using namespace crossdock;  // NOLINT(google-build-using-namespace): an example to be read

/// Yields `count` greetings to whom the file at --source names.
class greet_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override {
    std::ifstream file(context.job().source_path);
    std::string name;
    if (!std::getline(file, name)) throw api::source_error("the source file names nobody");

    const auto count = context.options().at("count").as_int64();
    const auto unit = context.begin_unit("greetings");
    if (unit.done) return;
    for (auto i = unit.position; i < count; ++i) {
      const json::object raw{{"text", "hello " + name + ", number " + std::to_string(i + 1)}};
      context.put({.type = "greeting",
                   .external_id = "greeting:" + std::to_string(i),
                   .lane = "all",
                   .group_seq = i,
                   .seq = i,
                   .raw = json::serialize(raw),
                   .refs = "{}"});
      context.checkpoint(i + 1);  // a restarted stage continues from here
    }
    context.end_unit();
  }
};

class no_blobs final : public api::blob_reader {
 public:
  void read(std::span<const api::blob>, const sink&) override {}
};

class hello_source final : public api::source_plugin {
 public:
  std::string_view name() const override { return "hello-source"; }
  std::string_view summary() const override { return "Greetings, made up on the spot"; }
  std::string_view options_schema() const override {
    return R"({"type": "object", "additionalProperties": false, "properties":
               {"count": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 3}}})";
  }
  std::vector<std::string> stages() const override { return {"greet"}; }
  std::vector<api::type_name> types() const override { return {{"greeting", "greetings"}}; }
  std::unique_ptr<api::stage> make_stage(std::string_view) const override {
    return std::make_unique<greet_stage>();
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const json::object&) const override {
    return std::make_unique<no_blobs>();
  }
  std::string identify(const std::string& path, const json::object&) const override {
    return "hello:" + path;
  }
};

/// Writes what it is given and says that it is delivered. Delivering twice does no harm: every
/// greeting is a small file of its own until finish() puts them together.
class greeting_exporter final : public api::exporter {
 public:
  explicit greeting_exporter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    api::delivery_result result;
    for (const auto& entity : work.entities) {
      const auto file = folder_ / std::to_string(entity.seq);
      std::ofstream(file) << std::string_view(json::parse(entity.raw).at("text").as_string());
      result.outcomes.push_back({.id = entity.id,
                                 .kind = api::outcome_kind::success,
                                 .target_id = file.filename().string(),
                                 .error_class = {},
                                 .error_code = {},
                                 .message = {}});
    }
    return result;
  }

 private:
  std::filesystem::path folder_;
};

class greeting_target final : public api::target {
 public:
  explicit greeting_target(const std::string& output)
      : output_(output), parts_(output_ / ".greetings") {}

  void prepare(api::target_context&) override { std::filesystem::create_directories(parts_); }
  std::unique_ptr<api::exporter> make_exporter(std::string_view, api::target_context&) override {
    return std::make_unique<greeting_exporter>(parts_);
  }
  std::string finish(api::target_context&) override {
    std::map<std::int64_t, std::filesystem::path> in_order;
    for (const auto& part : std::filesystem::directory_iterator(parts_)) {
      in_order.emplace(std::stoll(part.path().filename()), part.path());
    }
    std::ofstream all(output_ / "greetings.txt");
    for (const auto& [seq, part] : in_order) all << std::ifstream(part).rdbuf() << '\n';
    if (!all) throw api::target_error("greetings.txt cannot be written in " + output_.string());
    return json::serialize(json::object{{"file", "greetings.txt"}, {"lines", in_order.size()}});
  }

 private:
  std::filesystem::path output_;
  std::filesystem::path parts_;
};

class hello_target final : public api::target_plugin {
 public:
  std::string_view name() const override { return "hello-target"; }
  std::string_view summary() const override { return "A text file of greetings"; }
  std::string_view options_schema() const override {
    return R"({"type": "object", "additionalProperties": false})";
  }
  std::vector<std::string> types() const override { return {"greeting"}; }
  std::vector<order_rule> order_rules() const override { return {}; }
  bool complete_per_job() const override { return true; }
  std::unique_ptr<api::target> make_target(const api::job_info& job,
                                           const json::object&) const override {
    return std::make_unique<greeting_target>(job.output_path);
  }
};

}  // namespace

extern "C" const api::plugin* crossdock_plugin() {
  static const hello_source source;
  static const hello_target target;
  static const api::plugin plugin{.abi = api::abi_version,
                                  .name = "hello",
                                  .sources = {&source},
                                  .targets = {&target},
                                  .workflows = {}};
  return &plugin;
}
