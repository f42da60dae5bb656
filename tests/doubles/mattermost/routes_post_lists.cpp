#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

channel& channel_argument(const call& one) {
  auto& where = existing_channel(one.db, one.id_argument(0, "channel_id"));
  require_channel(one, where);
  return where;
}

/// Of the channel's posts that are not deleted, newest first.
class post_list {
 public:
  post_list(state& db, const std::string& channel_id) : db_(db), order_(db.posts_of[channel_id]) {}

  std::vector<const post*> newest(std::size_t skip, std::size_t count) const {
    return take(order_.rbegin(), order_.rend(), skip, count);
  }
  std::vector<const post*> older_than(const post& which, std::size_t skip,
                                      std::size_t count) const {
    const auto place = order_.lower_bound({which.create_at, which.id});
    return take(std::make_reverse_iterator(place), order_.rend(), skip, count);
  }
  std::vector<const post*> newer_than(const post& which, std::size_t skip,
                                      std::size_t count) const {
    auto found = take(order_.upper_bound({which.create_at, which.id}), order_.end(), skip, count);
    std::ranges::reverse(found);
    return found;
  }
  /// Changed since then, deleted ones included; at most 1000.
  std::vector<const post*> changed_since(millis since) const {
    std::vector<const post*> found;
    for (auto at = order_.rbegin(); at != order_.rend() && found.size() < 1000; ++at) {
      const auto& which = db_.posts.at(at->second);
      if (which.update_at > since) found.push_back(&which);
    }
    return found;
  }

 private:
  template <class Iterator>
  std::vector<const post*> take(Iterator at, Iterator end, std::size_t skip,
                                std::size_t count) const {
    std::vector<const post*> found;
    for (; at != end && found.size() < count; ++at) {
      const auto& which = db_.posts.at(at->second);
      if (which.delete_at != 0) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      found.push_back(&which);
    }
    return found;
  }

  state& db_;
  const post_order& order_;
};

std::string first_id(const std::vector<const post*>& list) {
  return list.empty() ? std::string{} : list.front()->id;
}

/// Adds the roots of replies, and the ids of the neighbours of what is shown.
post_page page_with(state& db, const post_list& all, std::vector<const post*> order) {
  post_page page;
  page.order = std::move(order);
  for (const auto* one : page.order) {
    const auto* root = db.live_post(one->root_id);
    const auto has = [&](const std::vector<const post*>& list) {
      return std::ranges::find(list, root) != list.end();
    };
    if (root && !has(page.order) && !has(page.also)) page.also.push_back(root);
  }
  if (page.order.empty()) return page;
  page.prev_post_id = first_id(all.older_than(*page.order.back(), 0, 1));
  const auto newer = all.newer_than(*page.order.front(), 0, 1);
  page.next_post_id = first_id(newer);
  return page;
}

millis since_argument(const call& one) {
  const std::string text(one.target.parameter("since"));
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos ||
      text.size() > 18) {
    refuse_url("since");
  }
  return std::stoll(text);
}

std::string etag_of_newest(const call& one, const channel& where) {
  const auto& order = one.db.posts_of[where.id];
  const auto newest = order.empty() ? 0 : order.rbegin()->first;
  return one.options.server_version + "." + std::to_string(newest);
}

http_response posts_of_channel(call& one) {
  const auto& where = channel_argument(one);
  const post_list all(one.db, where.id);
  const auto per_page = one.per_page();
  const auto skip = one.page() * per_page;
  post_page page;
  if (one.target.has("since")) {
    page.order = all.changed_since(since_argument(one));
  } else if (one.target.has("before")) {
    const auto& pivot = existing_post(one.db, one.target.parameter("before"));
    page = page_with(one.db, all, all.older_than(pivot, skip, per_page));
  } else if (one.target.has("after")) {
    const auto& pivot = existing_post(one.db, one.target.parameter("after"));
    page = page_with(one.db, all, all.newer_than(pivot, skip, per_page));
  } else {
    page = page_with(one.db, all, all.newest(skip, per_page));
  }
  auto response = json_response(200, to_json(one.db, page));
  response.headers.emplace_back("ETag", etag_of_newest(one, where));
  return response;
}

http_response pinned_posts(call& one) {
  const auto& where = channel_argument(one);
  const post_list all(one.db, where.id);
  post_page page;
  for (const auto* which : all.newest(0, one.db.posts.size())) {
    if (which->is_pinned) page.order.push_back(which);
  }
  return json_response(200, to_json(one.db, page));
}

/// The root, its replies in the order they were saved, and the root once more: that is how the
/// server sends it (observed on 6.7).
http_response thread(call& one) {
  const auto& which = existing_post(one.db, one.id_argument(0, "post_id"));
  require_channel(one, one.db.channels.at(which.channel_id));
  const auto* root = which.root_id.empty() ? &which : one.db.live_post(which.root_id);
  post_page page;
  page.with_reply_counts = true;
  if (root) {
    page.order.push_back(root);
    for (const auto& id : root->replies) {
      if (const auto* reply = one.db.live_post(id)) page.order.push_back(reply);
    }
    page.order.push_back(root);
  }
  return json_response(200, to_json(one.db, page));
}

http_response posts_by_ids(call& one) {
  const auto ids = texts_of(one.body_array("post_ids"));
  if (ids.empty() || ids.size() > 1000) refuse_body("post_ids");
  json::array list;
  for (const auto& id : ids) {
    const auto* which = one.db.live_post(id);
    if (which && can_see(one, one.db.channels.at(which->channel_id))) {
      list.push_back(to_json(one.db, *which, 0));
    }
  }
  return json_response(200, list);
}

http_response search_posts(call& one) {
  const auto team_id = one.id_argument(0, "team_id");
  const auto terms = lower_case(text_in(one.body_object("terms"), "terms"));
  if (terms.empty()) refuse_body("terms");
  post_page page;
  for (const auto& [id, which] : one.db.posts) {
    const auto& where = one.db.channels.at(which.channel_id);
    if (which.delete_at != 0 || where.team_id != team_id || !can_see(one, where)) continue;
    if (lower_case(which.message).find(terms) != std::string::npos) page.order.push_back(&which);
  }
  std::ranges::sort(page.order, std::ranges::greater{}, [](const post* which) {
    return std::pair<millis, std::string_view>(which->create_at, which->id);
  });
  auto answer = to_json(one.db, page);
  answer["matches"] = nullptr;
  return json_response(200, answer);
}

}  // namespace

std::vector<route> post_list_routes() {
  using enum access;
  return {{"GET", "/api/v4/channels/{}/posts", session, posts_of_channel},
          {"GET", "/api/v4/channels/{}/pinned", session, pinned_posts},
          {"GET", "/api/v4/posts/{}/thread", session, thread},
          {"POST", "/api/v4/posts/ids", session, posts_by_ids, true},
          {"POST", "/api/v4/teams/{}/posts/search", session, search_posts, true}};
}

}  // namespace crossdock::doubles
