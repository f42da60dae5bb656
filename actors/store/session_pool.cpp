#include "actors/store/session_pool.hpp"

#include <iterator>
#include <utility>

namespace crossdock::store {

session_pool::session_pool(pool_options options) : options_(std::move(options)) {}
session_pool::~session_pool() = default;

session_pool::lease session_pool::acquire() {
  const auto limit = options_.size + options_.max_overflow;
  std::unique_lock lock{mutex_};
  const bool ready =
      available_.wait_for(lock, options_.timeout, [&] { return !idle_.empty() || open_ < limit; });
  if (!ready) {
    throw store_error(store_error::kind::unavailable,
                      "no database session became free within " +
                          std::to_string(options_.timeout.count()) + " ms: all " +
                          std::to_string(open_) + " are in use (DB_POOL_SIZE, DB_MAX_OVERFLOW)");
  }
  if (!idle_.empty()) {
    auto ready_session = std::move(idle_.back().handle);
    idle_.pop_back();
    return {*this, std::move(ready_session)};
  }
  ++open_;
  lock.unlock();  // connecting takes long
  try {
    return {*this, std::make_unique<session>(options_.url)};
  } catch (...) {
    lock.lock();
    --open_;
    lock.unlock();
    available_.notify_one();
    throw;
  }
}

session_pool::idle_sessions session_pool::surplus() {
  const auto old = clock::now() - options_.linger;
  auto last = idle_.begin();
  for (; last != idle_.end() && open_ > options_.size && last->since <= old; ++last) --open_;
  idle_sessions closing(std::make_move_iterator(idle_.begin()), std::make_move_iterator(last));
  idle_.erase(idle_.begin(), last);
  return closing;
}

void session_pool::give_back(std::unique_ptr<session> s) {
  idle_sessions closing;  // closed after the lock is gone
  {
    std::lock_guard lock{mutex_};
    if (s->alive()) {
      idle_.push_back({std::move(s), clock::now()});
      closing = surplus();
    } else {
      // The others most likely broke with it: the next ones to need a session connect anew.
      closing = std::exchange(idle_, {});
      open_ -= static_cast<int>(closing.size()) + 1;
    }
  }
  available_.notify_all();
}

}  // namespace crossdock::store
