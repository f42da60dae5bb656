#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

/// The server's refusals. A route throws one; the answer is its JSON with its status.
namespace crossdock::doubles {

class api_error : public std::runtime_error {
 public:
  /// `id` is an error id of the server. The status and the English message come from a table of
  /// those that were met; `{}` in the message is replaced by `argument`. Throws std::logic_error
  /// for an id that is not in it.
  explicit api_error(std::string_view id, std::string_view argument = {}, std::string detail = {});
  /// With another status than the table's: some ids are sent with two.
  api_error(int status, std::string_view id, std::string_view argument = {},
            std::string detail = {});

  const std::string& id() const { return id_; }
  int status() const { return status_; }
  const std::string& detail() const { return detail_; }

 private:
  std::string id_;
  std::string detail_;
  int status_;
};

/// "Invalid or missing X in request body."
[[noreturn]] void refuse_body(std::string_view what);
/// "Invalid or missing X parameter in request URL."
[[noreturn]] void refuse_url(std::string_view what);
/// "You do not have the appropriate permissions."
[[noreturn]] void refuse_permission();

}  // namespace crossdock::doubles
