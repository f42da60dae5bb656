#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::cli {

/// Where two configurations (JSON objects, as jobs pin them) differ: dotted names, sorted. The
/// digest of the workflow file is not among them: another comment is no other configuration.
std::vector<std::string> differences(std::string_view one, std::string_view other);

}  // namespace crossdock::cli
