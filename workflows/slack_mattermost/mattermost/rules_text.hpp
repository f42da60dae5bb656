#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as the server sees it: UTF-8, measured in runes (code points) the way Go's utf8 package
/// counts them, where every byte that is no part of a valid sequence counts as one rune.
namespace crossdock::mattermost {

/// Returned by next_rune() for a byte that is no part of valid UTF-8.
inline constexpr char32_t bad_rune = 0xFFFFFFFF;

/// Decodes the rune at `position` (< text.size()) and moves `position` behind it.
/// Overlong forms, surrogates and values above U+10FFFF are bad; a bad byte is skipped alone.
char32_t next_rune(std::string_view text, std::size_t& position);

void append_rune(std::string& text, char32_t rune);

bool valid_utf8(std::string_view text);

std::size_t rune_count(std::string_view text);

/// The longest prefix of `text` that has at most `runes` runes.
std::string_view truncate_runes(std::string_view text, std::size_t runes);

/// The longest prefix of `text` of at most `bytes` bytes that does not cut a rune.
std::string_view truncate_bytes(std::string_view text, std::size_t bytes);

/// Text the server can store: bad bytes become U+FFFD, NUL is removed (PostgreSQL refuses it with
/// `app.post.save.app_error`). Text that is fine already is returned as it is.
std::string clean_text(std::string_view text);

/// The last component of a bundle path, as the server will show it: never empty, "." or "..",
/// without separators, control characters and invalid UTF-8, at most 200 bytes with the extension
/// kept. The server's file store adds suffixes such as "_preview.jpg" and fails above 255 bytes
/// with `api.file.write_file.app_error`. Characters are not normalised (NFC or NFD): the bytes in
/// the zip and in the JSONL must be identical for older servers, and newer ones normalise both
/// themselves.
std::string clean_file_name(std::string_view name);

}  // namespace crossdock::mattermost
