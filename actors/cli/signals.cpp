#include "actors/cli/signals.hpp"

#include <utility>

#include <unistd.h>

namespace crossdock::cli {

signals::signals() : reflector_([this](int signal) { stop(signal); }) {}

void signals::set_stop(std::function<void()> stop) {
  const std::lock_guard lock(mutex_);
  stop_ = std::move(stop);
}

void signals::stop(int signal) {
  const std::lock_guard lock(mutex_);
  if (!stop_) _exit(128 + signal);
  stop_();
}

}  // namespace crossdock::cli
