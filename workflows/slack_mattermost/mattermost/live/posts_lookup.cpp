#include "workflows/slack_mattermost/mattermost/live/posts_lookup.hpp"

#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace {

struct search {
  request_window& window;
  std::string channel_id;
  std::int64_t earliest;
  std::function<void(const answer&, posts_by_origin)> done;
  posts_by_origin found;
  int page = 0;
};

void next_page(const std::shared_ptr<search>& state);

void read_page(const std::shared_ptr<search>& state, const answer& came) {
  if (!came.ok()) return state->done(came, {});
  const auto list = came.object();
  const auto* posts = raw::object(list, "posts");
  const auto* order = raw::array(list, "order");
  if (posts == nullptr || order == nullptr) return state->done(came, std::move(state->found));
  for (const auto& [id, value] : *posts) {
    const auto* post = value.if_object();
    const auto* props = post ? raw::object(*post, "props") : nullptr;
    const auto origin = props ? raw::text(*props, origin_key) : std::string_view();
    if (!origin.empty()) state->found.emplace(origin, id);
  }
  // The posts also hold roots of replies, which may be much older: the newest-first list alone says
  // how far back a page reaches.
  const auto* end = order->empty() ? nullptr : order->back().if_string();
  const auto* oldest = end ? raw::object(*posts, std::string_view(*end)) : nullptr;
  const bool far_enough =
      oldest == nullptr || raw::integer(*oldest, "create_at").value_or(0) < state->earliest;
  if (far_enough || order->size() < rest::posts_per_page) {
    return state->done(came, std::move(state->found));
  }
  ++state->page;
  next_page(state);
}

void next_page(const std::shared_ptr<search>& state) {
  state->window.submit(rest::channel_posts(state->channel_id, state->page),
                       request_window::repeat::safely,
                       [state](const answer& came) { read_page(state, came); });
}

}  // namespace

void find_posts(request_window& window, std::string channel_id, std::int64_t earliest,
                std::function<void(const answer&, posts_by_origin)> done) {
  next_page(std::make_shared<search>(
      search{window, std::move(channel_id), earliest, std::move(done), {}, 0}));
}

}  // namespace crossdock::mattermost
