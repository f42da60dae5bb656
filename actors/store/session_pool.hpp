#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/store/session.hpp"

namespace crossdock::store {

struct pool_options {
  std::string url;
  int size = 20;          ///< kept open (DB_POOL_SIZE)
  int max_overflow = 40;  ///< opened beyond that, closed when not needed (DB_MAX_OVERFLOW)
  std::chrono::milliseconds timeout{60'000};  ///< longest wait for one (DB_POOL_TIMEOUT)
  /// A session beyond `size` is closed by the first use of the pool after it was idle for so long:
  /// a new connection costs more than most of what is done with one.
  std::chrono::milliseconds linger{5'000};
};

/// Database sessions shared by the detached actors of one process. Thread-safe. acquire() blocks,
/// so only detached actors call it. Broken sessions are dropped, not given out again.
class session_pool {
 public:
  class lease;  // RAII: `lease->method()`; returns the session on destruction

  explicit session_pool(pool_options options);
  ~session_pool();
  /// Throws store_error{unavailable} after options.timeout, saying how many are in use.
  lease acquire();
  const pool_options& options() const { return options_; }

 private:
  using clock = std::chrono::steady_clock;
  struct idle_session {
    std::unique_ptr<store::session> handle;
    clock::time_point since;
  };
  using idle_sessions = std::vector<idle_session>;

  void give_back(std::unique_ptr<session> s);
  /// Takes out what is to be closed, which the caller does without the lock.
  idle_sessions surplus();

  pool_options options_;
  std::mutex mutex_;
  std::condition_variable available_;
  idle_sessions idle_;  ///< the longest idle first
  int open_ = 0;
};

class session_pool::lease {
 public:
  lease(session_pool& pool, std::unique_ptr<session> s) : pool_(&pool), session_(std::move(s)) {}
  ~lease() {
    if (session_) pool_->give_back(std::move(session_));
  }
  lease(lease&&) noexcept = default;
  lease& operator=(lease&&) = delete;
  session* operator->() const { return session_.get(); }
  session& operator*() const { return *session_; }

 private:
  session_pool* pool_;
  std::unique_ptr<session> session_;
};

}  // namespace crossdock::store
