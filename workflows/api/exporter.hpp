#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/api/entity.hpp"
#include "workflows/api/gate.hpp"
#include "workflows/api/stage.hpp"

namespace crossdock::api {

/// How an exporter or target reads the source's bytes; supplied by the source plugin.
class blob_reader {
 public:
  virtual ~blob_reader() = default;
  /// Streams the blobs whose `path` is listed, in the source's own order (deterministic), calling
  /// `begin` once per blob and `data` for each piece. Blobs that turn out unreadable call `failed`.
  struct sink {
    std::function<void(const blob&)> begin;
    std::function<void(std::string_view)> data;
    std::function<void()> end;
    std::function<void(const blob&, std::string_view reason)> failed;
  };
  virtual void read(std::span<const blob> wanted, const sink& to) = 0;
};

/// What exporters and targets can ask the engine for. One per exporter, used on its own thread.
class target_context {
 public:
  virtual ~target_context() = default;

  virtual const job_info& job() const = 0;
  virtual const boost::json::object& options() const = 0;  ///< resolved `target:` options

  /// Entities of the scope, ordered by external id, streamed.
  virtual void for_each_entity(std::string_view type,
                               const std::function<void(const entity_view&)>& use) = 0;
  /// The entities of the scope with these external ids; order as given is not kept.
  virtual std::vector<entity_view> find(std::string_view type,
                                        std::span<const std::string> external_ids) = 0;
  /// Every lane of a type in the scope, ordered by name.
  virtual std::vector<lane_size> lane_sizes(std::string_view type) = 0;
  virtual std::vector<blob> find_blobs(std::span<const std::string> keys) = 0;
  /// All blobs of the job's source, ordered by key, streamed.
  virtual void for_each_blob(const std::function<void(const blob&)>& use) = 0;
  virtual blob_reader& blobs() = 0;

  /// The gate of a server ("https://chat.example.org:443"), shared by all exporters of all jobs in
  /// the process. The tightest of the limits that anybody named holds.
  virtual std::shared_ptr<target_gate> gate(const std::string& server,
                                            const gate_limits& limits) = 0;

  /// Recorded with the settle of the running delivery; from prepare()/finish() at once. The same
  /// (reason, type, item) is kept once.
  virtual void report(finding item) = 0;
  virtual bool stopping() const = 0;
};

/// Delivers claimed entities of one type. One instance per exporter actor, on its own thread.
class exporter {
 public:
  virtual ~exporter() = default;
  /// Returns one outcome per entity. Throwing std::exception fails the actor, not the entities: it
  /// is restarted with backoff and the delivery is claimed again, in doubt.
  virtual delivery_result deliver(const delivery& work) = 0;
};

/// A target of a job. One instance per job; make_exporter() may be called from several threads.
class target {
 public:
  virtual ~target() = default;
  /// Before the first exporter: check the target, make name maps. Repeatable.
  virtual void prepare(target_context& context) = 0;
  /// The context outlives the exporter.
  virtual std::unique_ptr<exporter> make_exporter(std::string_view type,
                                                  target_context& context) = 0;
  /// After the last entity was settled: assemble outputs. Repeatable. Returns a JSON object text
  /// that becomes the job's `outputs`.
  virtual std::string finish(target_context& context) = 0;
};

/// The target cannot take this job at all; a person must act. The job fails with this text.
class target_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The target takes nothing until a person has mended something (a token that was revoked): the job
/// is paused with this text. What was in flight is in doubt.
class target_paused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace crossdock::api
