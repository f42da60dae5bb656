#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/json/serialize.hpp>

#include "tests/tools/slack_export/channel_writer.hpp"
#include "tests/tools/slack_export/file_facts.hpp"
#include "tests/tools/slack_export/options.hpp"
#include "tests/tools/slack_export/zip_writer.hpp"

namespace crossdock::tools {
namespace {

namespace json = boost::json;

void check_options(const export_options& options) {
  const auto require = [](bool good, const char* what) {
    if (!good) throw std::invalid_argument(what);
  };
  require(options.users >= 1, "--users must be at least 1");
  require(options.channels >= 1, "--channels must be at least 1");
  require(options.days >= 1 && options.days <= 36'500, "--days must be between 1 and 36500");
  require(options.messages >= 0, "--messages must not be negative");
  require(options.upload_size >= 1, "--upload-size must be at least 1");
  require(options.compression >= 0 && options.compression <= 9,
          "--compression must be between 0 and 9");
  require(options.upload_bytes >= 0 && options.big_day_file >= 0 && options.ts_collisions >= 0 &&
              options.float_messages >= 0 && options.missing_roots >= 0,
          "sizes and counts must not be negative");
}

/// Bytes that look like a PDF at their beginning and do not compress.
class upload_bytes {
 public:
  explicit upload_bytes(std::uint64_t seed) : random_(seed) {}

  std::string_view next(std::int64_t wanted) {
    const auto size = std::min<std::int64_t>(wanted, block_size);
    block_.resize((static_cast<std::size_t>(size) + 7) / 8);
    for (auto& word : block_) word = random_.bits();
    return {reinterpret_cast<const char*>(block_.data()), static_cast<std::size_t>(size)};
  }

 private:
  static constexpr std::int64_t block_size = 65'536;
  random_source random_;
  std::vector<std::uint64_t> block_;
};

class export_writer {
 public:
  export_writer(const export_options& options, const std::string& path)
      : options_(options), space_(options), state_(options), zip_(path, options.compression) {}

  export_totals run() {
    write_users();
    write_channel_lists();
    write_channels();
    write_uploads();
    zip_.close();
    auto& totals = state_.totals;
    totals.users = space_.users();
    totals.channels = space_.channels();
    totals.unlisted_bots = static_cast<std::int64_t>(state_.unlisted_bots.size());
    totals.unlisted_users = static_cast<std::int64_t>(state_.unlisted_users.size());
    totals.custom_emoji = static_cast<std::int64_t>(state_.custom_emoji.size());
    totals.ts_collisions = state_.ts_collisions.done();
    totals.float_messages = state_.float_messages.done();
    return totals;
  }

 private:
  /// A JSON array, one element a line, pulled from `next` until it returns false.
  void write_array(std::string name, const std::function<bool(json::object&)>& next) {
    zip_.begin(std::move(name));
    std::string line = "[";
    json::object element;
    bool first = true;
    while (next(element)) {
      line += first ? "\n" : ",\n";
      line += json::serialize(element);
      zip_.write(line);
      line.clear();
      first = false;
    }
    zip_.write(line + "\n]\n");
    state_.totals.json_bytes += zip_.end();
  }

  void write_users() {
    write_array("users.json", [&, number = 0](json::object& user) mutable {
      if (number == space_.users()) return false;
      user = user_json(number++, options_.seed);
      return true;
    });
  }

  void write_channel_lists() {
    const std::pair<const char*, channel_kind> lists[] = {
        {"channels.json", channel_kind::public_channel},
        {"groups.json", channel_kind::private_channel},
        {"dms.json", channel_kind::direct},
        {"mpims.json", channel_kind::group_direct}};
    for (const auto& [name, kind] : lists) {
      write_array(name, [&, kind = kind, index = 0](json::object& element) mutable {
        for (; index < space_.channels(); ++index) {
          const auto item = space_.at(index);
          if (item.kind != kind) continue;
          element = space_.channel_json(item);
          ++index;
          return true;
        }
        return false;
      });
    }
    state_.totals.json_bytes += zip_.add("integration_logs.json", "[]\n");
  }

  void write_channels() {
    const int regular = space_.channels() - (options_.big_day_file > 0 ? 1 : 0);
    std::int64_t weights = 0;
    for (int rank = 0; rank < regular; ++rank) weights += workspace::weight(rank);
    std::int64_t weight_before = 0;
    int rank = 0;
    for (int index = 0; index < space_.channels(); ++index) {
      const auto where = space_.at(index);
      if (where.name == big_channel_name) {
        write_big_channel(index, where);
        continue;
      }
      const auto first = share(weight_before, weights);
      weight_before += workspace::weight(rank++);
      write_channel(index, where, share(weight_before, weights) - first);
    }
  }

  std::int64_t share(std::int64_t part, std::int64_t whole) const {
    return options_.messages * part / whole;
  }

  timeline::grid grid_of(int index) const { return {space_.channels() + 1, index}; }

  void write_channel(int index, const channel& where, std::int64_t messages) {
    const timeline when(messages, options_.days, grid_of(index), channel_seed(index));
    keep_ts_of_neighbour();
    channel_writer writer(options_, space_, where, when, channel_seed(index) + 1, state_);
    for (int day = 0; day < options_.days; ++day) {
      const auto end = when.first_of_day(day + 1);
      if (writer.written() == end) continue;
      write_day(where, day, [&](json::object& message) {
        if (writer.written() == end) return false;
        message = writer.next(day);
        return true;
      });
    }
  }

  /// One day file until it has its size and every thread in it its replies.
  void write_big_channel(int index, const channel& where) {
    constexpr std::int64_t low_mean_size = 300;
    const auto room = options_.big_day_file / low_mean_size + 100'000;
    keep_ts_of_neighbour();
    const timeline when(room, 1, grid_of(index), channel_seed(index));
    channel_writer writer(options_, space_, where, when, channel_seed(index) + 1, state_);
    write_day(where, 0, [&](json::object& message) {
      if (zip_.size() >= options_.big_day_file) {
        writer.begin_no_threads();
        if (writer.threads_complete()) return false;
      }
      message = writer.next(0);
      return true;
    });
  }

  void write_day(const channel& where, int day, const std::function<bool(json::object&)>& next) {
    write_array(where.folder() + "/" + format_day(day) + ".json", next);
    ++state_.totals.day_files;
  }

  std::uint64_t channel_seed(int index) const {
    return mix(options_.seed ^ mix(static_cast<std::uint64_t>(index) << 16U));
  }

  void keep_ts_of_neighbour() {
    if (options_.ts_collisions == 0) return;
    state_.neighbour_ts = std::exchange(state_.own_ts, {});
    state_.own_ts.resize(static_cast<std::size_t>(options_.days));
  }

  void write_uploads() {
    auto left = options_.upload_bytes;
    for (std::int64_t number = 1; number <= state_.last_upload && left > 0; ++number) {
      const auto file = facts_of_file(number, options_.seed, options_.upload_size);
      if (!file.has_bytes()) continue;
      left -= file.size;
      write_upload(number, file);
    }
  }

  void write_upload(std::int64_t number, const file_facts& file) {
    using namespace std::string_view_literals;
    upload_bytes source(mix(options_.seed) ^ static_cast<std::uint64_t>(number));
    zip_.begin("__uploads/" + file.id + "/" + file.name, zip_writer::method::store);
    const auto magic = "%PDF-1.4\n"sv.substr(0, static_cast<std::size_t>(file.size));
    zip_.write(magic);
    auto left = file.size - static_cast<std::int64_t>(magic.size());
    while (left > 0) {
      const auto block = source.next(left);
      zip_.write(block);
      left -= static_cast<std::int64_t>(block.size());
    }
    ++state_.totals.upload_files;
    state_.totals.upload_bytes += zip_.end();
  }

  const export_options& options_;
  workspace space_;
  export_state state_;
  zip_writer zip_;
};

}  // namespace

json::object to_json(const export_totals& totals) {
  return {{"users", totals.users},
          {"unlisted_bots", totals.unlisted_bots},
          {"unlisted_users", totals.unlisted_users},
          {"channels", totals.channels},
          {"messages", totals.messages},
          {"thread_roots", totals.thread_roots},
          {"thread_links", totals.thread_links},
          {"missing_roots", totals.missing_roots},
          {"reactions", totals.reactions},
          {"attachments", totals.attachments},
          {"custom_emoji", totals.custom_emoji},
          {"edited", totals.edited},
          {"ts_collisions", totals.ts_collisions},
          {"ms_collisions", totals.ms_collisions},
          {"float_messages", totals.float_messages},
          {"day_files", totals.day_files},
          {"json_bytes", totals.json_bytes},
          {"upload_files", totals.upload_files},
          {"upload_bytes", totals.upload_bytes}};
}

export_totals generate_export(const export_options& options, const std::string& path) {
  check_options(options);
  return export_writer(options, path).run();
}

}  // namespace crossdock::tools
