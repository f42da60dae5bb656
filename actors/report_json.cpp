#include "actors/report_json.hpp"

#include <map>
#include <ostream>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "observability/redaction.hpp"

namespace crossdock::report {

namespace {

namespace json = boost::json;

/// Rows read at once; bounds the memory.
constexpr int page_size = 1000;

std::string text(std::string_view value) {
  return json::serialize(json::string_view(value.data(), value.size()));
}

/// Text that came from outside and may quote a secret.
std::string safe_text(std::string_view value) {
  return text(redact(value));
}

/// Sorted, so that equal content is equal text.
json::object sorted(const json::object& object) {
  std::map<std::string, json::value> members;
  for (const auto& [key, value] : object) {
    members[std::string(key)] = value.is_object() ? sorted(value.get_object()) : value;
  }
  json::object result;
  for (auto& [key, value] : members) result[key] = std::move(value);
  return result;
}

/// The members of a list, one a line, with commas between them.
class list_writer {
 public:
  explicit list_writer(std::ostream& out) : out_(out) {}
  std::ostream& next() {
    out_ << (first_ ? "\n    " : ",\n    ");
    first_ = false;
    return out_;
  }
  void end() { out_ << (first_ ? "]" : "\n  ]"); }

 private:
  std::ostream& out_;
  bool first_ = true;
};

void write_types(std::ostream& out, const summary& about) {
  out << ",\n  \"types\": [";
  list_writer list(out);
  for (const auto& type : about.types) {
    list.next() << json::serialize(json::object{{"type", type.type},
                                                {"plural", type.plural},
                                                {"total", type.total},
                                                {"processed", type.processed},
                                                {"created", type.created},
                                                {"existing", type.existing},
                                                {"rejected", type.rejected},
                                                {"exported", type.exported},
                                                {"failed", type.failed},
                                                {"skipped", type.skipped}});
  }
  list.end();
}

/// What a run's meta holds beside the times it took.
json::object counters_of(const json::object& meta) {
  auto counters = meta;
  counters.erase("durations_ms");
  counters.erase("totals");
  return sorted(counters);
}

/// Findings come sorted by kind, type and reason: a group ends where one of them changes.
class findings_writer {
 public:
  explicit findings_writer(std::ostream& out) : out_(out), list_(out) {}

  void add(const api::finding& item) {
    if (!open_ || item.what != kind_ || item.type != type_ || item.reason != reason_) begin(item);
    out_ << (count_++ == 0 ? "\n      " : ",\n      ") << "{\"item\":" << safe_text(item.item)
         << ",\"place\":" << safe_text(item.place) << ",\"detail\":" << safe_text(item.detail)
         << '}';
  }

  void end() {
    end_group();
    list_.end();
  }

 private:
  void begin(const api::finding& item) {
    end_group();
    kind_ = item.what;
    type_ = item.type;
    reason_ = item.reason;
    open_ = true;
    list_.next() << "{\"kind\":" << text(to_string(kind_)) << ",\"type\":" << text(type_)
                 << ",\"reason\":" << text(reason_) << ",\"items\":[";
  }

  void end_group() {
    if (!open_) return;
    out_ << "\n    ],\"count\":" << count_ << '}';
    open_ = false;
    count_ = 0;
  }

  std::ostream& out_;
  list_writer list_;
  bool open_ = false;
  std::int64_t count_ = 0;
  api::finding::kind kind_ = api::finding::kind::note;
  std::string type_;
  std::string reason_;
};

void write_findings(std::ostream& out, store::session& db, store::job_id job, digest& seen) {
  out << ",\n  \"findings\": [";
  findings_writer writer(out);
  db.for_each_finding(job, [&](const api::finding& item) {
    writer.add(item);
    seen.of(item.what).add(item.type, item.reason, {},
                           {item.item, item.place, redact(item.detail)});
  });
  writer.end();
}

/// Why an entity was not delivered, as a word to group by: the target's code, else the whole text.
const std::string& reason_of(const store::failure_row& row) {
  return row.error_code.empty() ? row.error_message : row.error_code;
}

void write_reasons(std::ostream& out, const groups& seen) {
  out << ", \"reasons\": [";
  list_writer list(out);
  for (const auto* one : seen.sorted()) {
    list.next() << "{\"type\":" << text(one->type) << ",\"reason\":" << safe_text(one->reason)
                << ",\"class\":" << text(one->error_class) << ",\"count\":" << one->count << '}';
  }
  list.end();
}

/// The failed or the skipped entities: every one, then how many there are for each reason.
void write_undelivered(std::ostream& out, store::session& db, store::job_id job,
                       std::string_view name, std::string_view status, groups& seen) {
  out << ",\n  " << text(name) << ": {\"items\": [";
  list_writer list(out);
  std::int64_t after = 0;
  for (;;) {
    const auto page = db.list_failures(job, {}, status, after, page_size);
    if (page.empty()) break;
    for (const auto& row : page) {
      list.next() << "{\"type\":" << text(row.type) << ",\"item\":" << safe_text(row.external_id)
                  << ",\"class\":" << text(row.error_class) << ",\"code\":" << text(row.error_code)
                  << ",\"message\":" << safe_text(row.error_message)
                  << ",\"attempts\":" << row.attempts << '}';
      seen.add(row.type, redact(reason_of(row)), row.error_class,
               {row.external_id, {}, redact(row.error_message)});
    }
    after = page.back().id;
  }
  list.end();
  write_reasons(out, seen);
  out << '}';
}

json::value durations_of(const json::object& meta) {
  const auto* durations = meta.if_contains("durations_ms");
  return durations && durations->is_object() ? sorted(durations->get_object()) : json::object();
}

json::value totals_of(const json::object& meta) {
  const auto* totals = meta.if_contains("totals");
  return totals && totals->is_object() ? sorted(totals->get_object()) : json::object();
}

}  // namespace

void write_json(std::ostream& out, store::session& db, const store::job_row& job,
                const summary& about, digest& seen) {
  out << "{\n  \"workflow\": " << text(about.workflow)
      << ",\n  \"workflow_digest\": " << text(job.workflow_digest)
      << ",\n  \"state\": " << text(about.state);
  write_types(out, about);
  out << ",\n  \"totals\": " << json::serialize(totals_of(about.meta))
      << ",\n  \"counters\": " << json::serialize(counters_of(about.meta))
      << ",\n  \"outputs\": " << json::serialize(sorted(about.outputs));
  write_findings(out, db, job.id, seen);
  write_undelivered(out, db, job.id, "failures", "failed", seen.failed);
  write_undelivered(out, db, job.id, "skipped", "skipped", seen.skipped);
  const json::object run{{"job", job.id},
                         {"scope", job.scope},
                         {"source", redact(job.source)},
                         {"output", job.output},
                         {"started", job.created_at},
                         {"durations_ms", durations_of(about.meta)}};
  out << ",\n  \"run\": " << json::serialize(run) << "\n}\n";
}

}  // namespace crossdock::report
