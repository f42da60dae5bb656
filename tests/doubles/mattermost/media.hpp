#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What the server reads from a file's name and its first bytes. Pure functions.
namespace crossdock::doubles {

/// Without the dot, lower-case; empty without one.
std::string file_extension(std::string_view name);

/// From the extension alone, as the server does; empty for those it does not know.
std::string mime_type_of(std::string_view extension);

struct image_facts {
  std::string_view kind;  ///< png, jpeg, gif, webp
  int width = 0;
  int height = 0;
};

/// Empty unless the bytes begin with a whole header of one of these kinds.
std::optional<image_facts> read_image(std::string_view bytes);

}  // namespace crossdock::doubles
