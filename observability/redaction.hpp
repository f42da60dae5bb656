#pragma once

#include <string>
#include <string_view>

namespace crossdock {

/// From now on no log line shows this value, nor its JSON-escaped or percent-encoded form: it is
/// replaced by "[secret]". Call it where a secret enters the program, before anything uses it.
/// Values of one or two characters make logs unreadable: refuse such secrets in the configuration.
/// The empty value is ignored. Thread-safe; values stay registered.
void register_secret(std::string_view value);

/// `text` with every registered secret replaced. For what leaves the program by other ways than the
/// log: errors kept in the database, reports, answers. Thread-safe.
std::string redact(std::string_view text);

}  // namespace crossdock
