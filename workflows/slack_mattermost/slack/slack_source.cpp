#include "workflows/slack_mattermost/slack/slack_source.hpp"

#include <stdexcept>

#include "workflows/slack_mattermost/slack/blob_reader.hpp"
#include "workflows/slack_mattermost/slack/emoji_dump.hpp"
#include "workflows/slack_mattermost/slack/list_stages.hpp"
#include "workflows/slack_mattermost/slack/message_entities.hpp"
#include "workflows/slack_mattermost/slack/messages_stage.hpp"
#include "workflows/slack_mattermost/slack/source_options.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

/// Reads blobs of the export and of the emoji dump beside it, which is an archive of its own.
class export_blobs final : public api::blob_reader {
 public:
  export_blobs(std::string path, source_options options)
      : path_(std::move(path)), options_(std::move(options)) {}

  void read(std::span<const api::blob> wanted, const sink& to) override {
    std::vector<api::blob> own;
    std::vector<api::blob> dump;
    for (const auto& item : wanted) {
      auto copy = item;
      if (copy.path.starts_with(dump_prefix)) {
        copy.path.erase(0, dump_prefix.size());
        dump.push_back(std::move(copy));
      } else {
        own.push_back(std::move(copy));
      }
    }
    if (!own.empty()) reader(export_, path_, root_rule::export_lists).read(own, to);
    if (!dump.empty()) reader(dump_, options_.emoji, root_rule::top).read(dump, to);
  }

 private:
  archive_blob_reader& reader(std::unique_ptr<archive_blob_reader>& slot, const std::string& path,
                              root_rule rule) {
    if (!slot) {
      slot = std::make_unique<archive_blob_reader>(
          std::shared_ptr<const archive>(open_archive(path, options_.archive, rule)));
    }
    return *slot;
  }

  std::string path_;
  source_options options_;
  std::unique_ptr<archive_blob_reader> export_;
  std::unique_ptr<archive_blob_reader> dump_;
};

class slack_export final : public api::source_plugin {
 public:
  std::string_view name() const override { return "slack-export"; }
  std::string_view summary() const override {
    return "A Slack export archive, as Slack, slackdump or slack-advanced-exporter write it";
  }
  std::string_view options_schema() const override { return source_options_schema(); }

  std::vector<std::string> stages() const override {
    return {"extracting", "users", "channels", "messages"};
  }

  std::vector<api::type_name> types() const override {
    return {{type::user, "users", false, {"users", "messages"}},
            {type::custom_emoji, "custom_emoji", false, {"extracting", "messages"}},
            {type::channel, "channels", false, {"channels"}},
            {type::message, "messages", false, {"messages"}},
            {type::attachment, "attachments", true, {"messages"}},
            {type::reaction, "reactions", false, {"messages"}}};
  }

  std::unique_ptr<api::stage> make_stage(std::string_view name) const override {
    if (name == "extracting") return std::make_unique<extracting_stage>();
    if (name == "users") return std::make_unique<users_stage>();
    if (name == "channels") return std::make_unique<channels_stage>();
    if (name == "messages") return std::make_unique<messages_stage>();
    throw std::invalid_argument("slack-export has no stage " + std::string(name));
  }

  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info& job,
                                                     const json::object& options) const override {
    return std::make_unique<export_blobs>(job.source_path, read_source_options(options));
  }

  std::string identify(const std::string& path, const json::object& options) const override;
};

/// The workspace's id stands in every user; the first one that has it decides.
std::string slack_export::identify(const std::string& path, const json::object& options) const {
  const auto from = open_archive(path, read_source_options(options).archive);
  std::string workspace;
  element_sink sink;
  sink.accept = [&workspace](const element& item) {
    const auto* team = item.value.if_contains("team_id");
    if (workspace.empty() && team && team->is_string()) workspace = team->get_string().c_str();
  };
  sink.reject = [](const rejection&) {};  // the users stage reports it
  read_all_elements(*from, "users.json", sink);
  return workspace.empty() ? "slack" : "slack:" + workspace;
}

}  // namespace

const api::source_plugin& slack_export_source() {
  static const slack_export plugin;
  return plugin;
}

}  // namespace crossdock::slack
