#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/canonical.hpp"
#include "tests/doubles/mattermost/faults.hpp"
#include "tests/doubles/mattermost/importer.hpp"
#include "tests/doubles/mattermost/journal.hpp"
#include "tests/doubles/mattermost/router.hpp"
#include "tests/doubles/mattermost/throttle.hpp"

namespace crossdock::doubles {

/// The server without its sockets: answers requests one at a time and runs import jobs on a thread
/// of its own. Every change of the state is a function of a journal record, so replaying the
/// journal restores it, ids and times included. Thread-safe.
class application {
 public:
  /// Replays the journal, if there is one. Throws std::runtime_error when it cannot.
  explicit application(double_options options);
  ~application();
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  http_response handle(const http_request& request);

  /// A process that begins: forgets what lives in memory only, ends jobs that were interrupted,
  /// takes up pending ones. stop() waits for the step of a job that is under way.
  void start();
  void stop();
  /// start() without the thread, for a restart that a fault asked for.
  void forget();

  boost::json::object state_json(const state_view& view);
  /// Requests by "METHOD pattern" since the last reset.
  std::map<std::string, std::uint64_t> request_counts();
  void reset_request_counts();

  fault_plan& faults() { return faults_; }
  const double_options& options() const { return options_; }

 private:
  void replay(const boost::json::object& record, std::string bytes);
  void record(boost::json::object entry, std::string_view bytes = {});
  void seed_state();
  void begin(millis now);

  http_response control(const http_request& request, const request_target& target);
  http_response answer(const http_request& request);
  http_response execute(const http_request& request, const request_target& target,
                        const route_match& match, millis now);
  const user* authenticate(const http_request& request);
  http_response error_response(const api_error& error);
  void check_payload(const http_request& request, const request_target& target) const;

  void run_jobs(const std::stop_token& stopping);
  bool begin_job(const std::string& id, millis now);
  /// Returns whether there is more to do.
  bool advance_job(const std::string& id, millis now);

  const double_options options_;
  const server_rules rules_;
  const router router_;
  fault_plan faults_;

  std::mutex mutex_;  ///< guards everything below
  std::condition_variable_any job_created_;
  std::uint64_t id_seed_;
  std::unique_ptr<state> state_;
  std::unique_ptr<journal> journal_;
  std::unique_ptr<import_run> import_;
  throttle throttle_;
  id_source request_ids_;
  std::string request_id_;  ///< of the request being executed
  std::map<std::string, std::uint64_t> counts_;
  millis began_at_ = 0;  ///< of the very first start
  std::jthread jobs_;
};

}  // namespace crossdock::doubles
