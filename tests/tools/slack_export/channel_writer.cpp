#include "tests/tools/slack_export/channel_writer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/tools/slack_export/file_facts.hpp"

namespace crossdock::tools {
namespace {

namespace json = boost::json;

constexpr std::int64_t second = 1'000'000;
constexpr const char* app_names[] = {"ci", "alerts", "Übersetzer", "Release Notes"};
constexpr const char* guest_names[] = {"Kim Partner", "Łukasz Gość", "Zoe Vendor"};

}  // namespace

struct channel_writer::thread_plan {
  json::array replies;
  std::set<std::string> users;
};

channel_writer::channel_writer(const export_options& options, const workspace& space,
                               const channel& where, const timeline& when, std::uint64_t seed,
                               export_state& state)
    : options_(options), space_(space), where_(where), when_(when), state_(state), random_(seed) {}

json::object channel_writer::next(int day) {
  now_ = when_.micros(index_);
  json::object message;
  if (const auto plan = planned_.extract(index_)) {
    message = reply(plan.mapped());
  } else {
    message = top_level(day);
  }
  if (random_.chance(120)) add_reactions(message);
  if (state_.float_messages.due(state_.totals.messages)) {
    state_.float_messages.take();
    message["app_payload"] = json::object{{"score", 0.25 + static_cast<double>(index_)}};
  }
  count_ts(now_, day);
  ++state_.totals.messages;
  ++index_;
  return message;
}

json::object channel_writer::reply(const planned_reply& plan) {
  auto message = user_message(plan.user);
  message["thread_ts"] = plan.root_ts;
  message["parent_user_id"] = plan.root_user;
  if (random_.chance(20)) {
    message["subtype"] = "thread_broadcast";
    message["root"] = json::object{{"type", "message"},
                                   {"user", plan.root_user},
                                   {"ts", plan.root_ts},
                                   {"thread_ts", plan.root_ts},
                                   {"text", "…"}};
  }
  ++state_.totals.thread_links;
  return message;
}

json::object channel_writer::top_level(int day) {
  if (state_.ts_collisions.due(state_.totals.messages) && take_neighbour_ts(day)) {
    state_.ts_collisions.take();
  }
  const auto roll = random_.below(1000);
  if (roll < 50) return bot_message();
  if (roll < 80) return membership_message();
  if (roll < 82) return guest_message();
  const int user = random_member();
  auto message = user_message(user);
  if (roll < 85) {
    message["subtype"] = "me_message";
  } else if (state_.missing_roots.due(state_.totals.messages)) {
    make_orphan(message);
  } else {
    maybe_begin_thread(message, user_id(user));
  }
  return message;
}

json::object channel_writer::bot_message() {
  const auto number = random_.below(std::size(app_names));
  std::string bot = fmt::format("B9{:07}", number);
  std::string name = app_names[number];
  const int listed_bots = space_.users() / bot_every;
  if (listed_bots > 0 && random_.chance(300)) {
    const int user = static_cast<int>(random_.below(listed_bots)) * bot_every + bot_every - 1;
    bot = bot_id(user);
    name = user_name(user);
  } else {
    state_.unlisted_bots.insert(bot);
  }
  const auto text = words(random_, random_.between(3, 12));
  json::array attachments;
  attachments.emplace_back(json::object{{"fallback", text},
                                        {"text", text},
                                        {"title", fmt::format("build {}", index_)},
                                        {"title_link", "https://ci.example.org/"},
                                        {"color", "36a64f"},
                                        {"id", 1}});
  return {{"type", "message"},
          {"subtype", "bot_message"},
          {"text", ""},
          {"ts", format_ts(now_)},
          {"username", name},
          {"bot_id", bot},
          {"attachments", std::move(attachments)}};
}

json::object channel_writer::membership_message() {
  const auto user = user_id(random_member());
  const bool join = random_.chance(700);
  return {{"type", "message"},
          {"subtype", join ? "channel_join" : "channel_leave"},
          {"user", user},
          {"text", fmt::format("<@{}> has {} the channel", user, join ? "joined" : "left")},
          {"ts", format_ts(now_)}};
}

json::object channel_writer::guest_message() {
  const auto number = random_.below(std::size(guest_names));
  const auto id = fmt::format("W9{:07}", number);
  const std::string name = guest_names[number];
  state_.unlisted_users.insert(id);
  json::object message{{"type", "message"},
                       {"user", id},
                       {"ts", format_ts(now_)},
                       {"team", "T00000099"},
                       {"user_team", "T00000099"},
                       {"user_profile", json::object{{"real_name", name},
                                                     {"display_name", name},
                                                     {"name", fmt::format("partner{}", number)},
                                                     {"team", "T00000099"}}}};
  add_text(message);
  return message;
}

json::object channel_writer::user_message(int user) {
  const auto id = user_id(user);
  json::object message{{"client_msg_id", fmt::format("{:016x}{:016x}", random_.bits(), index_)},
                       {"type", "message"},
                       {"user", id},
                       {"ts", format_ts(now_)},
                       {"team", team_id}};
  add_text(message);
  if (random_.chance(60)) {
    message["edited"] = json::object{{"user", id}, {"ts", format_ts(now_ + 60 * second)}};
    ++state_.totals.edited;
  }
  if (random_.chance(40)) add_files(message, id);
  return message;
}

void channel_writer::count_ts(std::int64_t micros, int day) {
  if (micros / 1000 == before_ / 1000) ++state_.totals.ms_collisions;
  before_ = micros;
  // A ts that was itself taken from the neighbour is not passed on: a ts is in two channels at
  // most.
  if (state_.own_ts.empty() || micros != when_.micros(index_)) return;
  auto& sample = state_.own_ts[static_cast<std::size_t>(day)];
  if (sample.size() < export_state::ts_sample) sample.push_back(micros);
}

/// Moves the message to a time at which the channel before has one, if that keeps the order.
bool channel_writer::take_neighbour_ts(int day) {
  if (state_.neighbour_ts.empty()) return false;
  const auto& known = state_.neighbour_ts[static_cast<std::size_t>(day)];
  const auto found = std::upper_bound(known.begin(), known.end(), before_);
  if (found == known.end()) return false;
  const bool last = index_ + 1 >= when_.messages();
  if (!last && *found >= when_.micros(index_ + 1)) return false;
  now_ = *found;
  return true;
}

void channel_writer::maybe_begin_thread(json::object& root, const std::string& user) {
  if (!threads_allowed_ || !random_.chance(100)) return;
  const auto plan = plan_thread(user);
  if (plan.replies.empty()) return;
  ++state_.totals.thread_roots;
  if (!options_.thread_root_fields) return;
  root["thread_ts"] = root["ts"];
  root["reply_count"] = plan.replies.size();
  root["reply_users_count"] = plan.users.size();
  root["latest_reply"] = plan.replies.back().at("ts");
  root["reply_users"] = json::array(plan.users.begin(), plan.users.end());
  root["replies"] = plan.replies;
  root["subscribed"] = false;
}

channel_writer::thread_plan channel_writer::plan_thread(const std::string& root_user) {
  thread_plan plan;
  auto slot = index_;
  do {
    // Most replies follow soon; some come days later, in another day file.
    slot += random_.chance(100) ? random_.between(1, 2000) : random_.between(1, 40);
    while (planned_.contains(slot)) ++slot;
    if (slot >= when_.messages()) break;
    const int user = random_member();
    planned_.emplace(slot, planned_reply{format_ts(now_), root_user, user});
    plan.users.insert(user_id(user));
    plan.replies.emplace_back(
        json::object{{"user", user_id(user)}, {"ts", format_ts(when_.micros(slot))}});
  } while (random_.chance(650));
  return plan;
}

/// A reply whose root lies outside of the archive, at a time that no channel's grid has.
void channel_writer::make_orphan(json::object& message) {
  const auto modulus = space_.channels() + 1;
  const auto root = when_.micros(index_) / modulus * modulus - 1;
  message["thread_ts"] = format_ts(root);
  message["parent_user_id"] = user_id(random_member());
  state_.missing_roots.take();
  ++state_.totals.missing_roots;
  ++state_.totals.thread_links;
}

void channel_writer::add_text(json::object& message) {
  auto text = compose_text(random_, space_.users(), space_.public_channels());
  message["text"] = std::move(text.mrkdwn);
  if (!text.custom_emoji.empty()) note_custom_emoji(text.custom_emoji);
  if (!random_.chance(600)) return;
  json::array blocks;
  blocks.emplace_back(json::object{{"type", "rich_text"},
                                   {"block_id", fmt::format("b{:05}", index_ % 100'000)},
                                   {"elements", std::move(text.rich_text)}});
  message["blocks"] = std::move(blocks);
}

void channel_writer::add_reactions(json::object& message) {
  std::set<std::string> used;
  json::array reactions;
  for (auto count = random_.between(1, 3); count > 0; --count) {
    bool custom = false;
    const auto name = reaction_name(random_, custom);
    if (!used.insert(name).second) continue;
    if (custom) note_custom_emoji(name);
    json::array users;
    const auto first = random_.below(where_.member_count);
    const auto wanted = std::min<std::int64_t>(random_.between(1, 4), where_.member_count);
    for (std::int64_t i = 0; i < wanted; ++i) {
      users.emplace_back(user_id(where_.member(first + i, space_.users())));
    }
    state_.totals.reactions += wanted;
    reactions.emplace_back(
        json::object{{"name", name}, {"users", std::move(users)}, {"count", wanted}});
  }
  message["reactions"] = std::move(reactions);
}

void channel_writer::add_files(json::object& message, const std::string& user) {
  json::array files;
  for (auto count = random_.between(1, 2); count > 0; --count) {
    const auto number = ++state_.totals.attachments;
    const auto file = facts_of_file(number, options_.seed, options_.upload_size);
    files.emplace_back(file_json(file, user, now_ / second));
    if (file.has_bytes() && state_.upload_bytes_left > 0) {
      state_.upload_bytes_left -= file.size;
      state_.last_upload = number;
    }
  }
  message["files"] = std::move(files);
  message["upload"] = true;
}

void channel_writer::note_custom_emoji(const std::string& name) {
  state_.custom_emoji.insert(name);
}

int channel_writer::random_member() {
  return where_.member(random_.below(where_.member_count), space_.users());
}

}  // namespace crossdock::tools
