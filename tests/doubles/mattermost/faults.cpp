#include "tests/doubles/mattermost/faults.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <boost/json/parse.hpp>

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

using namespace std::string_view_literals;

fault_kind parse_kind(std::string_view name) {
  static constexpr std::array kinds = {
      std::pair{"latency"sv, fault_kind::latency},
      std::pair{"late_answer"sv, fault_kind::late_answer},
      std::pair{"status"sv, fault_kind::status},
      std::pair{"status_after"sv, fault_kind::status_after},
      std::pair{"reset_before"sv, fault_kind::reset_before},
      std::pair{"reset_after"sv, fault_kind::reset_after},
      std::pair{"half_response"sv, fault_kind::half_response},
      std::pair{"restart"sv, fault_kind::restart},
      std::pair{"away"sv, fault_kind::away},
  };
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  throw std::invalid_argument("unknown fault: " + std::string(name));
}

/// `*` stands for any text.
bool matches(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  const auto rest = pattern.substr(star + 1);
  for (auto at = star; at <= text.size(); ++at) {
    if (matches(rest, text.substr(at))) return true;
  }
  return false;
}

std::string text_of(std::string_view key, const json::value& value) {
  if (!value.is_string()) throw std::invalid_argument(std::string(key) + " must be text");
  return std::string(value.as_string());
}

template <class Number>
Number number_of(std::string_view key, const json::value& value) {
  boost::system::error_code failed;
  const auto number = value.to_number<Number>(failed);
  if (failed || number < Number{0}) {
    throw std::invalid_argument(std::string(key) + " must be a number, 0 or more");
  }
  return number;
}

}  // namespace

fault_plan::rule fault_plan::parse_rule(const json::value& value) {
  if (!value.is_object()) throw std::invalid_argument("a rule must be an object");
  rule parsed;
  bool has_fault = false;
  for (const auto& [key, item] : value.as_object()) {
    if (key == "method")
      parsed.method = text_of(key, item);
    else if (key == "path")
      parsed.path = text_of(key, item);
    else if (key == "nth")
      parsed.nth = number_of<std::uint64_t>(key, item);
    else if (key == "count")
      parsed.count = number_of<std::uint64_t>(key, item);
    else if (key == "every")
      parsed.every = number_of<std::uint64_t>(key, item);
    else if (key == "probability")
      parsed.probability = number_of<double>(key, item);
    else if (key == "limit")
      parsed.limit = number_of<std::uint64_t>(key, item);
    else if (key == "fault")
      parsed.what.kind = parse_kind(text_of(key, item)), has_fault = true;
    else if (key == "ms")
      parsed.what.ms = number_of<int>(key, item);
    else if (key == "jitter_ms")
      parsed.what.jitter_ms = number_of<int>(key, item);
    else if (key == "status")
      parsed.what.status = number_of<int>(key, item);
    else if (key == "body")
      parsed.what.body = text_of(key, item);
    else if (key == "retry_after")
      parsed.what.retry_after = number_of<int>(key, item);
    else if (key == "form")
      parsed.what.form = parse_retry_after_form(text_of(key, item));
    else
      throw std::invalid_argument("unknown key in a rule: " + std::string(key));
  }
  if (!has_fault) throw std::invalid_argument("a rule needs a fault");
  return parsed;
}

void fault_plan::load(const json::value& script) {
  if (!script.is_object()) throw std::invalid_argument("a fault script must be an object");
  std::uint64_t seed = 1;
  std::vector<rule> rules;
  for (const auto& [key, value] : script.as_object()) {
    if (key == "seed") {
      seed = number_of<std::uint64_t>(key, value);
    } else if (key == "rules" && value.is_array()) {
      for (const auto& one : value.as_array()) rules.push_back(parse_rule(one));
    } else {
      throw std::invalid_argument("unknown key in a fault script: " + std::string(key));
    }
  }
  const std::scoped_lock lock(mutex_);
  random_.seed(seed);
  rules_ = std::move(rules);
}

void fault_plan::load_text(std::string_view script) {
  boost::system::error_code failed;
  const auto parsed = json::parse(script, failed);
  if (failed) throw std::invalid_argument("a fault script must be JSON: " + failed.message());
  load(parsed);
}

void fault_plan::clear() {
  const std::scoped_lock lock(mutex_);
  rules_.clear();
}

bool fault_plan::takes(rule& one) {
  ++one.seen;
  if (one.limit > 0 && one.taken >= one.limit) return false;
  bool hit = true;
  if (one.nth > 0) {
    hit = one.seen >= one.nth && one.seen < one.nth + one.count;
  } else if (one.every > 0) {
    hit = one.seen % one.every == 0;
  } else if (one.probability >= 0) {
    hit = std::uniform_real_distribution<>(0, 1)(random_) < one.probability;
  }
  if (hit) ++one.taken;
  return hit;
}

fault_verdict fault_plan::decide(std::string_view method, std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  fault_verdict verdict;
  const std::scoped_lock lock(mutex_);
  for (auto& one : rules_) {
    if (!one.method.empty() && one.method != method) continue;
    if (!matches(one.path, path)) continue;
    const bool latency = one.what.kind == fault_kind::latency;
    if (!latency && verdict.act) continue;
    if (!takes(one)) continue;
    auto what = one.what;
    if (what.jitter_ms > 0) {
      what.ms += std::uniform_int_distribution<>(0, what.jitter_ms)(random_);
    }
    if (latency) {
      verdict.delay_before_ms += what.ms;
    } else {
      verdict.act = std::move(what);
    }
  }
  return verdict;
}

std::vector<std::uint64_t> fault_plan::taken() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::uint64_t> counts;
  for (const auto& one : rules_) counts.push_back(one.taken);
  return counts;
}

}  // namespace crossdock::doubles
