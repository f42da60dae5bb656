#include "tests/e2e/program_export.hpp"

#include <filesystem>

namespace crossdock::testing {

generated_export::generated_export(const scratch_directory& where, std::int64_t messages)
    : zip(where.path() / "export.zip"), emoji(where.path() / "emoji-dump") {
  tools::export_options options;
  options.users = 60;
  options.channels = 20;
  options.days = 30;
  options.messages = messages;
  options.seed = 7;
  options.upload_bytes = 3'000'000;
  options.upload_size = 20'000;
  options.ts_collisions = 20;
  options.missing_roots = 20;
  totals = tools::generate_export(options, zip);

  // The names that the generator uses.
  std::filesystem::create_directories(emoji + "/emojis");
  for (const std::string name : {"party_parrot", "shipit", "blob_wave", "котик"}) {
    where.write("emoji-dump/emojis/" + name + ".png", "\x89PNG\r\n\x1a\n picture of " + name);
  }
}

}  // namespace crossdock::testing
