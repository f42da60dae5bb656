#include "actors/core/job_state.hpp"

namespace crossdock {

namespace {

constexpr std::pair<job_state, std::string_view> job_state_names[] = {
    {job_state::queued, "queued"},
    {job_state::running, "running"},
    {job_state::paused, "paused"},
    {job_state::done, "done"},
    {job_state::done_with_failures, "done_with_failures"},
    {job_state::failed, "failed"},
    {job_state::canceled, "canceled"},
};

constexpr std::pair<desired_state, std::string_view> desired_state_names[] = {
    {desired_state::run, "run"},
    {desired_state::pause, "pause"},
    {desired_state::cancel, "cancel"},
};

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  for (const auto& [v, name] : names) {
    if (v == value) return name;
  }
  return "?";
}

template <class Value, class Names>
std::optional<Value> value_of(const Names& names, std::string_view text) {
  for (const auto& [v, name] : names) {
    if (name == text) return v;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(job_state s) {
  return name_of(job_state_names, s);
}
std::string_view to_string(desired_state s) {
  return name_of(desired_state_names, s);
}

std::optional<job_state> job_state_from(std::string_view text) {
  return value_of<job_state>(job_state_names, text);
}
std::optional<desired_state> desired_state_from(std::string_view text) {
  return value_of<desired_state>(desired_state_names, text);
}

}  // namespace crossdock
