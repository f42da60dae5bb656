#pragma once

#include "config/plugin_catalogue.hpp"

/// Plugins with the shape of the real ones, so that the tests depend on no workflow.
namespace crossdock::config::fakes {

class slack_source final : public api::source_plugin {
 public:
  std::string_view name() const override { return "slack-export"; }
  std::string_view summary() const override { return "a Slack export"; }
  std::string_view options_schema() const override {
    return R"({
      "type": "object", "additionalProperties": false,
      "properties": {
        "max_total_bytes": {"type": "integer", "format": "size", "minimum": 1, "default": 1000},
        "max_members": {"type": "integer", "minimum": 1},
        "max_ratio": {"type": "number"},
        "emoji": {"type": "string"},
        "bot_token": {"type": "string", "secret": true},
        "limits": {"type": "object", "additionalProperties": false,
                   "properties": {"depth": {"type": "integer", "maximum": 9, "default": 3}}}
      }})";
  }
  std::vector<std::string> stages() const override {
    return {"extracting", "users", "channels", "messages"};
  }
  std::vector<api::type_name> types() const override {
    return {{"user", "users"},       {"custom_emoji", "custom_emoji"}, {"channel", "channels"},
            {"message", "messages"}, {"attachment", "attachments"},    {"reaction", "reactions"},
            {"huddle", "huddles"}};
  }
  std::unique_ptr<api::stage> make_stage(std::string_view) const override { return nullptr; }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const boost::json::object&) const override {
    return nullptr;
  }
  std::string identify(const std::string&, const boost::json::object&) const override {
    return "T1";
  }
};

class target_base : public api::target_plugin {
 public:
  std::string_view summary() const override { return "a Mattermost"; }
  std::vector<std::string> types() const override {
    return {"user", "custom_emoji", "channel", "message", "attachment", "reaction"};
  }
  std::vector<order_rule> order_rules() const override {
    return {{"user", "channel"}, {"channel", "message"}, {"message", "reaction"}};
  }
  std::unique_ptr<api::target> make_target(const api::job_info&,
                                           const boost::json::object&) const override {
    return nullptr;
  }
};

class mattermost_target final : public target_base {
 public:
  std::string_view name() const override { return "mattermost"; }
  std::string_view options_schema() const override {
    return R"({
      "type": "object", "additionalProperties": false, "required": ["url", "token"],
      "properties": {
        "url": {"type": "string", "pattern": "^https?://"},
        "token": {"type": "string", "secret": true},
        "team": {"type": "string", "default": "slack"},
        "transport": {"type": "string", "enum": ["auto", "plugin", "bulk", "rest"], "default": "auto"},
        "max_keepalive": {"type": "integer", "minimum": 1, "default": 20},
        "max_connections": {"type": "integer", "minimum": 1, "default": 100},
        "timeout_ms": {"type": "integer", "default": 30000},
        "headers": {"type": "array", "items": {"type": "string", "secret": true}}
      }})";
  }
  bool complete_per_job() const override { return false; }
};

class bundle_target final : public target_base {
 public:
  std::string_view name() const override { return "mattermost-bundle"; }
  std::string_view options_schema() const override {
    return R"({
      "type": "object", "additionalProperties": false,
      "properties": {
        "team": {"type": "string", "minLength": 2, "maxLength": 64, "default": "slack"},
        "server_version": {"type": "string", "default": "11.6"},
        "max_bundle_bytes": {"type": "integer", "format": "size", "minimum": 1048576, "default": 104857600},
        "system_messages": {"type": "string", "enum": ["drop", "typed", "text"], "default": "typed"},
        "verbose": {"type": "boolean"}
      }})";
  }
  bool complete_per_job() const override { return true; }
};

class broken_target final : public target_base {
 public:
  std::string_view name() const override { return "broken"; }
  std::string_view options_schema() const override { return "{"; }
  bool complete_per_job() const override { return true; }
};

inline const api::plugin& plugin() {
  static const slack_source slack;
  static const mattermost_target mattermost;
  static const bundle_target bundle;
  static const broken_target broken;
  static const api::plugin all{api::abi_version,
                               "fakes",
                               {&slack},
                               {&mattermost, &bundle, &broken},
                               {{"one", "workflow: one"}, {"two", "workflow: two"}}};
  return all;
}

inline plugin_catalogue catalogue() {
  plugin_catalogue plugins;
  plugins.add(plugin());
  return plugins;
}

}  // namespace crossdock::config::fakes
