// Writes a synthetic Slack export of any size and prints, as one line of JSON, what an importer
// must find in it.

#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "tests/tools/slack_export/options.hpp"

int main(int argc, char** argv) {
  crossdock::tools::export_options options;
  std::string path;

  CLI::App app(
      "Writes a deterministic synthetic Slack export and prints its exact totals as JSON.");
  app.option_defaults()->always_capture_default();
  app.add_option("OUT", path, "The zip file to write")->required()->always_capture_default(false);
  app.add_option("--users", options.users, "Users in users.json");
  app.add_option("--channels", options.channels, "Conversations of all kinds");
  app.add_option("--messages", options.messages, "Messages, exactly");
  app.add_option("--days", options.days, "Days they are spread over");
  app.add_option("--seed", options.seed, "Another seed gives another export");
  app.add_option("--upload-bytes", options.upload_bytes, "Total size of files under __uploads/");
  app.add_option("--upload-size", options.upload_size, "Mean size of one such file");
  app.add_option("--big-day-file", options.big_day_file,
                 "Adds a channel with one day file of at least this many bytes");
  app.add_option("--ts-collisions", options.ts_collisions,
                 "Messages that reuse the ts of one in another channel, at most");
  app.add_option("--float-messages", options.float_messages, "Messages that carry a JSON float");
  app.add_option("--missing-roots", options.missing_roots,
                 "Replies whose thread root is not in the archive");
  app.add_option("--compression", options.compression, "Deflate level of the JSON files, 0 to 9");
  app.add_flag("--thread-root-fields,!--no-thread-root-fields", options.thread_root_fields,
               "Thread roots name their replies, as real exports do (default)");
  CLI11_PARSE(app, argc, argv);

  try {
    const auto totals = crossdock::tools::generate_export(options, path);
    std::cout << boost::json::serialize(crossdock::tools::to_json(totals)) << '\n';
    return 0;
  } catch (const std::invalid_argument& error) {
    std::cerr << "generate_slack_export: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "generate_slack_export: " << path << ": " << error.what() << '\n';
    return 1;
  }
}
