#include "actors/signal_reflector.hpp"

#include <ctime>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace crossdock {

signal_reflector::signal_reflector(std::function<void(int)> on_first)
    : on_first_(std::move(on_first)) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { watch(); });
}

signal_reflector::~signal_reflector() {
  ending_.store(true);
  thread_.join();
}

void signal_reflector::watch() {
  while (!ending_.load()) {
    const timespec wait{0, 100'000'000};  // how soon the destructor is noticed
    const int signal = sigtimedwait(&signals_, nullptr, &wait);
    if (signal <= 0) continue;
    if (int none = 0; received_.compare_exchange_strong(none, signal)) {
      on_first_(signal);
    } else {
      _exit(128 + signal);
    }
  }
}

}  // namespace crossdock
