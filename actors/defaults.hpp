#pragma once

#include <chrono>

#include "actors/core/retry_policy.hpp"

/// Every timeout, interval and limit of the engine, with the reason for its size.
namespace crossdock::defaults {

using namespace std::chrono_literals;

/// A job or lane nobody renews for this long may be taken over. Short, since after a kill -9 the
/// next run waits for it.
inline constexpr std::chrono::milliseconds lease_ttl = 15s;
/// The renewal also carries the operator's wishes (pause, cancel), so it comes far more often than
/// the lease needs.
inline constexpr std::chrono::milliseconds lease_renewal = 2s;

/// A store request that takes longer is treated as unavailable. Freezing the totals of a job with
/// millions of entities is the slowest one.
inline constexpr std::chrono::milliseconds store_request = 10min;
/// A question to an actor that only looks at its own state.
inline constexpr std::chrono::milliseconds quick_request = 10s;

/// Pause between two tries of a store request while the database is away; doubles up to the
/// maximum.
inline constexpr std::chrono::milliseconds store_retry_initial = 200ms;
inline constexpr std::chrono::milliseconds store_retry_max = 10s;
/// A database that is away for longer fails what is running on this node (leases are long gone).
inline constexpr std::chrono::milliseconds store_outage_limit = 15min;

/// How long a job that is not free is asked for again.
inline constexpr std::chrono::milliseconds take_patience = 5s;

/// No wait before another try of a delivery is longer: it holds back the lane, its type, and so
/// every job of the barrier group.
inline constexpr std::chrono::milliseconds delivery_wait_max = 30s;

/// The ledger writes at most once per interval, or at once when this many merges wait.
inline constexpr std::chrono::milliseconds ledger_flush_interval = 100ms;
inline constexpr std::size_t ledger_flush_merges = 200'000;

/// How often the barrier looks for progress made by other nodes when no hint came.
inline constexpr std::chrono::milliseconds barrier_poll = 500ms;
/// How long an exporter waits before it asks again when all open lanes are leased or waiting.
inline constexpr std::chrono::milliseconds claim_poll_initial = 10ms;
inline constexpr std::chrono::milliseconds claim_poll_max = 1s;
/// How often the registry looks for jobs that other nodes left behind.
inline constexpr std::chrono::milliseconds adoption_poll = 2s;

/// Jobs one process works on at a time; more wait in state queued.
inline constexpr int max_running_jobs = 8;
/// Threads that talk to the database for the event-based actors.
inline constexpr int store_workers = 4;

/// A stage or exporter that dies is started again this often within the window, then the job fails.
inline constexpr restart_policy restarts{5, 10min, 500ms, 30s};

/// Import transactions: whichever is reached first ends a batch (at the next checkpoint).
inline constexpr std::size_t stage_batch_rows = 5'000;
inline constexpr std::size_t stage_batch_bytes = 4u << 20;
/// Batches a stage may be ahead of the database: evens out the changing pace of both sides.
inline constexpr std::size_t stage_batches_in_flight = 2;

/// An import transaction that lost a deadlock or serialization race is written again this often.
/// The other side has won: short waits, spread so that the two do not meet again.
inline constexpr retry_policy commit_conflicts{6, 20ms, 1s, jitter::full};

/// Time a drain may take before the process gives up waiting.
inline constexpr std::chrono::milliseconds drain_deadline = 60s;

}  // namespace crossdock::defaults
