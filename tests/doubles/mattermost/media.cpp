#include "tests/doubles/mattermost/media.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

namespace crossdock::doubles {

namespace {

using namespace std::string_view_literals;

int byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

int big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | byte_at(bytes, at + i);
  return value;
}

int little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = count; i > 0; --i) value = (value << 8) | byte_at(bytes, at + i - 1);
  return value;
}

std::optional<image_facts> read_png(std::string_view bytes) {
  if (bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
  return image_facts{"png", big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
}

std::optional<image_facts> read_gif(std::string_view bytes) {
  if (bytes.size() < 10) return std::nullopt;
  return image_facts{"gif", little_endian(bytes, 6, 2), little_endian(bytes, 8, 2)};
}

/// Walks the segments to the start of frame, which carries the size.
std::optional<image_facts> read_jpeg(std::string_view bytes) {
  for (std::size_t at = 2; at + 9 <= bytes.size() && byte_at(bytes, at) == 0xff;) {
    const int marker = byte_at(bytes, at + 1);
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame)
      return image_facts{"jpeg", big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    at += 2 + static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
  }
  return std::nullopt;
}

/// Only the extended form tells its size in a fixed place; for the others a size is not needed.
std::optional<image_facts> read_webp(std::string_view bytes) {
  if (bytes.size() >= 30 && bytes.substr(12, 4) == "VP8X") {
    return image_facts{"webp", little_endian(bytes, 24, 3) + 1, little_endian(bytes, 27, 3) + 1};
  }
  return image_facts{"webp", 1, 1};
}

}  // namespace

std::string file_extension(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

std::string mime_type_of(std::string_view extension) {
  static constexpr std::array known = {
      std::pair{"txt"sv, "text/plain; charset=utf-8"sv},
      std::pair{"html"sv, "text/html; charset=utf-8"sv},
      std::pair{"htm"sv, "text/html; charset=utf-8"sv},
      std::pair{"css"sv, "text/css; charset=utf-8"sv},
      std::pair{"js"sv, "text/javascript; charset=utf-8"sv},
      std::pair{"xml"sv, "text/xml; charset=utf-8"sv},
      std::pair{"json"sv, "application/json"sv},
      std::pair{"pdf"sv, "application/pdf"sv},
      std::pair{"zip"sv, "application/zip"sv},
      std::pair{"png"sv, "image/png"sv},
      std::pair{"gif"sv, "image/gif"sv},
      std::pair{"jpg"sv, "image/jpeg"sv},
      std::pair{"jpeg"sv, "image/jpeg"sv},
      std::pair{"svg"sv, "image/svg+xml"sv},
      std::pair{"webp"sv, "image/webp"sv},
      std::pair{"mp4"sv, "video/mp4"sv},
  };
  const auto found =
      std::ranges::find(known, extension, &std::pair<std::string_view, std::string_view>::first);
  return found == known.end() ? std::string{} : std::string(found->second);
}

std::optional<image_facts> read_image(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return read_png(bytes);
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return read_gif(bytes);
  if (bytes.starts_with("\xff\xd8\xff")) return read_jpeg(bytes);
  if (bytes.starts_with("RIFF") && bytes.size() >= 16 && bytes.substr(8, 4) == "WEBP") {
    return read_webp(bytes);
  }
  return std::nullopt;
}

}  // namespace crossdock::doubles
