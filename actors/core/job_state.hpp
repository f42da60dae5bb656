#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace crossdock {

/// The life of a job. Its `stage` (extracting, users, …, ready_export, exporting, finishing) says
/// how far a running job is; the state says whether anybody works on it.
///
///              ┌────────────► canceled ◄───────────┐
///              │                                   │
///   queued ────┼──► running ──┬──► done            │
///     ▲        │     │   ▲    ├──► done_with_failures
///     │        │     ▼   │    └──► failed          │
///     │        └── paused ┘──────────────────────► ┘
///     └── failed, done_with_failures (resume, retry), running (lease lost, drain)
///
enum class job_state : std::uint8_t {
  queued,
  running,
  paused,
  done,
  done_with_failures,
  failed,
  canceled,
};

/// What the operator wants of a job; the supervisor works towards it.
enum class desired_state : std::uint8_t { run, pause, cancel };

inline constexpr std::array<std::pair<job_state, job_state>, 15> job_transitions{{
    {job_state::queued, job_state::running},
    {job_state::queued, job_state::paused},
    {job_state::queued, job_state::canceled},
    {job_state::running, job_state::queued},
    {job_state::running, job_state::paused},
    {job_state::running, job_state::done},
    {job_state::running, job_state::done_with_failures},
    {job_state::running, job_state::failed},
    {job_state::running, job_state::canceled},
    {job_state::paused, job_state::queued},
    {job_state::paused, job_state::canceled},
    {job_state::failed, job_state::queued},
    {job_state::failed, job_state::canceled},
    {job_state::done_with_failures, job_state::queued},
    {job_state::done, job_state::queued},
}};

constexpr bool may_become(job_state from, job_state to) {
  for (const auto& [a, b] : job_transitions) {
    if (a == from && b == to) return true;
  }
  return false;
}

/// True when nothing will happen to the job without an operator.
constexpr bool is_final(job_state s) {
  return s == job_state::done || s == job_state::done_with_failures || s == job_state::failed ||
         s == job_state::canceled;
}

std::string_view to_string(job_state s);
std::string_view to_string(desired_state s);
std::optional<job_state> job_state_from(std::string_view text);
std::optional<desired_state> desired_state_from(std::string_view text);

}  // namespace crossdock
