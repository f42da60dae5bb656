#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace crossdock {

/// Turns SIGINT and SIGTERM into a call: the first asks for an orderly stop, the second ends the
/// process at once with 128 + signal. Construct it before any other thread exists: it blocks the
/// two signals in the calling thread, and threads inherit that.
class signal_reflector {
 public:
  /// `on_first` runs on the reflector's thread, once, with the signal's number.
  explicit signal_reflector(std::function<void(int)> on_first);
  ~signal_reflector();
  signal_reflector(const signal_reflector&) = delete;
  signal_reflector& operator=(const signal_reflector&) = delete;

  /// The first signal that came, 0 for none.
  int received() const { return received_.load(); }

 private:
  void watch();

  std::function<void(int)> on_first_;
  sigset_t signals_{};
  std::atomic<bool> ending_{false};
  std::atomic<int> received_{0};
  std::thread thread_;
};

}  // namespace crossdock
