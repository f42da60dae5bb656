#pragma once

#include <functional>
#include <mutex>

#include "actors/signal_reflector.hpp"

namespace crossdock::cli {

/// The program's one signal_reflector, and what the first signal shall do now. While nothing is set
/// the first signal ends the process as usual.
class signals {
 public:
  signals();
  /// From any thread; empty: nothing to stop.
  void set_stop(std::function<void()> stop);
  /// The first signal that came, 0 for none.
  int received() const { return reflector_.received(); }

 private:
  void stop(int signal);

  std::mutex mutex_;
  std::function<void()> stop_;
  signal_reflector reflector_;
};

}  // namespace crossdock::cli
