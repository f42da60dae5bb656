#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

namespace crossdock::config {

/// The value of an unquoted YAML scalar by the core schema of YAML 1.2: null, true/false, decimal,
/// octal (0o17) and hexadecimal (0x1f) integers, decimal fractions. All else is a string, so `no`,
/// `on` and `1:30` are. Whole numbers beyond 64 bits become doubles; `.inf` and `.nan`, which JSON
/// lacks, stay strings.
boost::json::value plain_scalar(std::string_view text);

/// "500ms", "60s", "5m", "2h", "1d". The unit is required. Empty when it is something else or
/// beyond 64 bits.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "4096", "4096B", "64KiB", "100MiB", "2GiB", "1TiB" (powers of 1024), "10kB", "10MB", "1GB",
/// "1TB" (powers of 1000), in bytes. Empty when it is something else or beyond 64 bits.
std::optional<std::int64_t> parse_size(std::string_view text);

}  // namespace crossdock::config
