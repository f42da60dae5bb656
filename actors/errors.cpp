#include "actors/errors.hpp"

#include <caf/all.hpp>

namespace crossdock {

namespace {
constexpr auto category = caf::atom("crossdock");
}

std::string_view to_string(ec code) {
  switch (code) {
    case ec::none: return "none";
    case ec::unavailable: return "unavailable";
    case ec::conflict: return "conflict";
    case ec::refused: return "refused";
    case ec::not_found: return "not_found";
    case ec::lost: return "lost";
    case ec::source: return "source";
    case ec::target: return "target";
    case ec::stage: return "stage";
    case ec::exporter: return "exporter";
    case ec::config: return "config";
    case ec::paused: return "paused";
    case ec::limit: return "limit";
    case ec::stopped: return "stopped";
  }
  return "unknown";
}

caf::error make_error(ec code, std::string text) {
  return {static_cast<std::uint8_t>(code), category, caf::make_message(std::move(text))};
}

ec code_of(const caf::error& error) {
  if (!error) return ec::none;
  if (error.category() == category) return static_cast<ec>(error.code());
  if (error == caf::sec::request_timeout) return ec::unavailable;
  return ec::refused;
}

std::string describe(const caf::error& error) {
  if (!error) return {};
  if (error.category() == category) {
    const auto& context = error.context();
    if (context.size() > 0 && context.match_element<std::string>(0)) {
      return context.get_as<std::string>(0);
    }
    return std::string(to_string(code_of(error)));
  }
  return caf::actor_system_config::render(error);
}

ec code_of(store::store_error::kind kind) {
  using enum store::store_error::kind;
  switch (kind) {
    case unavailable: return ec::unavailable;
    case conflict: return ec::conflict;
    case refused: return ec::refused;
    case not_found: return ec::not_found;
    case lost: return ec::lost;
  }
  return ec::refused;
}

}  // namespace crossdock
