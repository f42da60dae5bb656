#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace crossdock::bench {

using clock = std::chrono::steady_clock;

inline double seconds_since(clock::time_point begin) {
  return std::chrono::duration<double>(clock::now() - begin).count();
}

/// The line that script/bench collects; the ratio is value / reference.
void print_figure(std::string_view name, double value, std::string_view unit, std::string_view what,
                  double reference);

/// A number of /proc/self/status: "Threads", or in kB "VmHWM", the most memory this process ever
/// had. Throws std::runtime_error when there is none.
std::int64_t process_status(std::string_view field);

/// A whole number above zero from the command line. Throws std::runtime_error for anything else.
int positive_number(std::string_view text);

}  // namespace crossdock::bench
