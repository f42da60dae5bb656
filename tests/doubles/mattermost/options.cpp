#include "tests/doubles/mattermost/options.hpp"

#include <stdexcept>

namespace crossdock::doubles {

double_options::double_options() = default;

retry_after_form parse_retry_after_form(std::string_view name) {
  if (name == "seconds") return retry_after_form::seconds;
  if (name == "date") return retry_after_form::date;
  if (name == "text") return retry_after_form::text;
  if (name == "none") return retry_after_form::none;
  throw std::invalid_argument("unknown form of Retry-After: " + std::string(name));
}

}  // namespace crossdock::doubles
