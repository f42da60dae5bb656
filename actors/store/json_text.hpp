#pragma once

#include <string>
#include <string_view>

namespace crossdock::store {

/// JSON text that jsonb takes: the escapes \u0000 and lone surrogates, which JSON allows and jsonb
/// refuses, become \ufffd. Returns `json` itself when there is nothing to change (the usual case:
/// one scan, no copy), else `buffer`, which the result then refers to.
std::string_view storable_json(std::string_view json, std::string& buffer);

/// Text that PostgreSQL takes whatever a target or a source wrote: NUL and bytes that are not UTF-8
/// become U+FFFD. For descriptions, never for identities.
std::string storable_text(std::string_view text);

}  // namespace crossdock::store
