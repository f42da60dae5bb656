#include "workflows/slack_mattermost/slack/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <sys/stat.h>

#include "workflows/slack_mattermost/slack/archive_backend.hpp"
#include "workflows/slack_mattermost/slack/json_elements_text.hpp"

namespace crossdock::slack {
namespace {

std::string quoted(std::string_view name) {
  return '"' + printable(name) + '"';
}

[[noreturn]] void refuse_entry(const std::string& archive, std::string_view entry,
                               std::string_view why) {
  throw archive_error(archive + ": member " + quoted(entry) + " is refused: " + std::string(why));
}

[[noreturn]] void limit_passed(const std::string& archive, std::string_view entry,
                               std::string_view what, std::string_view limit, std::uint64_t value) {
  throw archive_error(archive + ": member " + quoted(entry) + ": " + std::string(what) +
                      " passes the limit " + std::string(limit) + " = " + std::to_string(value) +
                      "; set " + std::string(limit) + " higher if you trust this archive");
}

std::uint64_t depth_of(std::string_view path) {
  return static_cast<std::uint64_t>(std::ranges::count(path, '/')) + 1;
}

/// a × b or the largest number there is.
std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

}  // namespace

std::string error_text(int error) {
  return std::system_category().message(error);
}

/// A walk on which every entry is checked against the limits and rules before anyone sees it.
class archive::checked_walk {
 public:
  checked_walk(const archive& owner, archive_backend::purpose why)
      : owner_(owner), limits_(owner.limits_), cursor_(owner.backend_->walk(why)) {}

  /// The next file; its path is normalised but starts at the archive's top, and it has no kind
  /// unless the name is invalid.
  bool next(member& item) {
    raw_entry entry;
    while (cursor_->next(entry)) {
      check_entry(entry);
      if (entry.kind != entry_kind::file) continue;
      fill(item, std::move(entry));
      return true;
    }
    return false;
  }

  /// The next piece of the current file, empty at its end. Throws damaged_entry.
  std::string_view read(const member& item) {
    const auto piece = cursor_->read();
    read_ += piece.size();
    total_read_ += piece.size();
    if (read_ > limits_.max_member_bytes) {
      limit_passed(owner_.path_, item.raw_path, "its data", "max_member_bytes",
                   limits_.max_member_bytes);
    }
    if (total_read_ > limits_.max_total_bytes) {
      limit_passed(owner_.path_, item.raw_path, "the data of all members", "max_total_bytes",
                   limits_.max_total_bytes);
    }
    check_ratio(item.raw_path, "its data", read_, cursor_->consumed());
    if (size_known_ && read_ > item.size) {
      throw damaged_entry("it holds more bytes than the " + std::to_string(item.size) +
                          " it declares");
    }
    return piece;
  }

  std::uint64_t entries() const { return entries_; }
  std::uint64_t declared() const { return declared_; }

 private:
  void check_entry(const raw_entry& entry) {
    if (++entries_ > limits_.max_members) {
      limit_passed(owner_.path_, entry.name, "the number of members", "max_members",
                   limits_.max_members);
    }
    if (entry.name.size() > limits_.max_path_bytes) {
      limit_passed(owner_.path_, entry.name, "the length of its name", "max_path_bytes",
                   limits_.max_path_bytes);
    }
    if (entry.kind == entry_kind::link) {
      refuse_entry(owner_.path_, entry.name, "it is a link, and links are never followed");
    }
    if (entry.kind == entry_kind::special) {
      refuse_entry(owner_.path_, entry.name, "it is neither a file nor a folder");
    }
    if (!entry.refusal.empty()) refuse_entry(owner_.path_, entry.name, entry.refusal);
    checked_ = check_name(entry.name);
    if (!checked_.refusal.empty()) refuse_entry(owner_.path_, entry.name, checked_.refusal);
    if (depth_of(checked_.path) > limits_.max_depth) {
      limit_passed(owner_.path_, entry.name, "its depth", "max_depth", limits_.max_depth);
    }
  }

  void fill(member& item, raw_entry&& entry) {
    item = {};
    size_known_ = entry.size.has_value();
    item.size = entry.size.value_or(0);
    read_ = 0;
    check_declared(entry.name, item.size);
    item.raw_path = std::move(entry.name);
    if (checked_.path.empty() || !is_valid_utf8(checked_.path)) {
      item.kind = member_kind::invalid_name;
      item.path = printable(item.raw_path, limits_.max_path_bytes);
    } else {
      item.path = std::move(checked_.path);
    }
  }

  void check_declared(std::string_view name, std::uint64_t size) {
    if (size > limits_.max_member_bytes) {
      limit_passed(owner_.path_, name, "its size of " + std::to_string(size) + " bytes",
                   "max_member_bytes", limits_.max_member_bytes);
    }
    declared_ = saturated_sum(declared_, size);
    if (declared_ > limits_.max_total_bytes) {
      limit_passed(owner_.path_, name, "the size of all members together", "max_total_bytes",
                   limits_.max_total_bytes);
    }
    if (const auto container = owner_.backend_->container_bytes()) {
      check_ratio(name, "the size of all members together", declared_, *container);
    }
  }

  void check_ratio(std::string_view name, std::string_view what, std::uint64_t bytes,
                   std::uint64_t compressed) const {
    if (!owner_.backend_->container_bytes() || bytes < limits_.ratio_floor_bytes) return;
    if (bytes > saturated_product(std::max<std::uint64_t>(compressed, 1), limits_.max_ratio)) {
      limit_passed(owner_.path_, name, std::string(what) + ", over its compressed size,",
                   "max_ratio", limits_.max_ratio);
    }
  }

  const archive& owner_;
  const archive_limits& limits_;
  std::unique_ptr<entry_cursor> cursor_;
  checked_name checked_;
  bool size_known_ = false;
  std::uint64_t entries_ = 0;
  std::uint64_t declared_ = 0;
  std::uint64_t read_ = 0;        ///< of the current member
  std::uint64_t total_read_ = 0;  ///< of all members
};

/// Finds the shallowest folder that holds channels.json or users.json.
class archive::root_finder {
 public:
  void look_at(std::string_view path) {
    const auto slash = path.rfind('/');
    const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if ((name != "channels.json" && name != "users.json") || is_junk(path)) return;
    const auto depth = depth_of(path);
    if (depth > depth_) return;
    if (depth < depth_) candidates_.clear();
    depth_ = depth;
    if (candidates_.size() < max_named) {
      candidates_.emplace(path.substr(0, path.size() - name.size()));
    }
  }

  std::string root(const std::string& archive) const {
    if (candidates_.empty()) {
      throw archive_error(archive +
                          " is no Slack export: there is no channels.json and no users.json in it");
    }
    if (candidates_.size() == 1) return *candidates_.begin();
    std::string names;
    for (const auto& candidate : candidates_) names += ' ' + quoted(candidate);
    throw archive_error(archive + " holds several exports side by side, in" + names +
                        "; unpack it and give the folder of one");
  }

 private:
  static constexpr std::size_t max_named = 4;
  std::uint64_t depth_ = UINT64_MAX;
  std::set<std::string> candidates_;
};

archive::archive(std::string path, const archive_limits& limits, root_rule rule,
                 std::unique_ptr<archive_backend> backend)
    : path_(std::move(path)), limits_(limits), backend_(std::move(backend)) {
  scan(rule);
}

archive::~archive() = default;

void archive::scan(root_rule rule) {
  checked_walk walk(*this, archive_backend::purpose::headers);
  root_finder finder;
  std::vector<std::size_t> hashes;
  for (member item; walk.next(item);) {
    hashes.push_back(std::hash<std::string>{}(item.path));
    finder.look_at(item.path);
  }
  entries_ = walk.entries();
  total_bytes_ = walk.declared();
  if (hashes.empty()) throw archive_error(path_ + " holds no files");
  std::ranges::sort(hashes);
  if (std::ranges::adjacent_find(hashes) != hashes.end()) name_duplicates(hashes);
  if (rule == root_rule::export_lists) root_ = finder.root(path_);
}

/// Equal hashes mostly mean equal names: a second walk looks at the names themselves.
void archive::name_duplicates(const std::vector<std::size_t>& hashes) const {
  std::unordered_set<std::size_t> suspects;
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    if (hashes[i] == hashes[i - 1]) suspects.insert(hashes[i]);
  }
  std::unordered_set<std::string> seen;
  checked_walk walk(*this, archive_backend::purpose::headers);
  for (member item; walk.next(item);) {
    if (!suspects.contains(std::hash<std::string>{}(item.path))) continue;
    // Names that are invalid are never used, and look alike once made printable.
    if (item.kind == member_kind::invalid_name || seen.insert(item.path).second) continue;
    refuse_entry(path_, item.raw_path, "there is another member of this name");
  }
}

/// From a path at the archive's top to one at the export's root.
void archive::place(member& item) const {
  if (item.kind == member_kind::invalid_name) return;
  if (item.path.starts_with(root_)) {
    item.path.erase(0, root_.size());
    classify(item);
  } else {
    item.kind = is_junk(item.path) ? member_kind::junk : member_kind::outside_root;
  }
}

void archive::for_each_member(const std::function<void(const member&)>& use) const {
  checked_walk walk(*this, archive_backend::purpose::headers);
  for (member item; walk.next(item);) {
    place(item);
    use(item);
  }
}

void archive::read(const std::function<bool(const member&)>& wanted, const sink& to) const {
  checked_walk walk(*this, archive_backend::purpose::data);
  for (member item; walk.next(item);) {
    place(item);
    if (item.kind == member_kind::invalid_name || !wanted(item)) continue;
    stream(walk, item, to);
    if (to.enough && to.enough()) return;
  }
}

void archive::stream(checked_walk& walk, const member& item, const sink& to) const {
  to.begin(item);
  std::string damage;
  try {
    for (auto piece = walk.read(item); !piece.empty(); piece = walk.read(item)) to.data(piece);
  } catch (const damaged_entry& error) {
    damage = error.what();
  }
  if (damage.empty()) {
    to.end(item);
  } else if (to.failed) {
    to.failed(item, damage);
  } else {
    throw archive_error(path_ + ": member " + quoted(item.raw_path) + " is damaged: " + damage);
  }
}

std::unique_ptr<archive> open_archive(const std::string& path, const archive_limits& limits,
                                      root_rule rule) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw archive_error(path + ": " + error_text(errno));
  std::unique_ptr<archive_backend> backend;
  if (S_ISDIR(status.st_mode)) {
    backend = open_directory(path);
  } else if (S_ISREG(status.st_mode)) {
    backend = open_zip(path);
  } else {
    throw archive_error(path + " is neither a file nor a folder");
  }
  return std::make_unique<archive>(path, limits, rule, std::move(backend));
}

}  // namespace crossdock::slack
