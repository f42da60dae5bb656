#include "workflows/slack_mattermost/text/notes.hpp"

#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {

void conversion_notes::add(std::string_view reason, std::string_view item,
                           std::string_view detail) {
  constexpr std::size_t longest = 200;
  if (notes_.size() >= limit) return;
  std::string kept = clean_text(item.substr(0, longest));
  if (!seen_.emplace(reason, kept).second) return;
  notes_.push_back({std::string(reason), std::move(kept), clean_text(detail.substr(0, longest))});
}

}  // namespace crossdock::slack
