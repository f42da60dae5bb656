#include "config/diagnostic.hpp"

#include <algorithm>
#include <ostream>
#include <tuple>

namespace crossdock::config {
namespace {

/// Edit distance with insertion, deletion, replacement and swap of neighbours at cost 1.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string to_string(const diagnostic& d) {
  std::string text = d.file;
  if (d.line > 0) text += ":" + std::to_string(d.line) + ":" + std::to_string(d.column);
  text += d.severity == severity::error ? ": error: " : ": warning: ";
  text += d.message;
  if (!d.suggestion.empty()) text += " (did you mean \"" + d.suggestion + "\"?)";
  return text;
}

std::string to_string(const std::vector<diagnostic>& all) {
  std::string text;
  for (const auto& d : all) text += to_string(d) + "\n";
  return text;
}

std::ostream& operator<<(std::ostream& out, const diagnostic& d) {
  return out << to_string(d);
}

bool has_errors(const std::vector<diagnostic>& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const diagnostic& d) { return d.severity == severity::error; });
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest_name = 128;
  if (name.empty() || name.size() > longest_name) return {};
  const std::size_t far = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::size_t best = far;
  std::string nearest;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    // A name that shares nothing with the other is no suggestion, however short both are.
    if (distance < best && distance < std::max(name.size(), candidate.size())) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

void diagnostics::error(const position& where, std::string message, std::string suggestion) {
  add(where, severity::error, std::move(message), std::move(suggestion));
}

void diagnostics::warning(const position& where, std::string message) {
  add(where, severity::warning, std::move(message), {});
}

bool diagnostics::has_error_at(const position& where) const {
  return std::any_of(all_.begin(), all_.end(), [&](const diagnostic& d) {
    return d.severity == severity::error && position{d.file, d.line, d.column} == where;
  });
}

void diagnostics::add(const position& where, severity kind, std::string message,
                      std::string suggestion) {
  all_.push_back(
      {where.source, where.line, where.column, kind, std::move(message), std::move(suggestion)});
}

std::vector<diagnostic> diagnostics::take(std::string_view main_file) {
  const auto place = [&](const diagnostic& d) {
    return std::tuple(d.file != main_file, std::string_view(d.file), d.line, d.column);
  };
  std::stable_sort(all_.begin(), all_.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::vector<diagnostic> unique;
  for (auto& d : all_) {
    if (std::find(unique.begin(), unique.end(), d) == unique.end()) unique.push_back(std::move(d));
  }
  all_.clear();
  return unique;
}

}  // namespace crossdock::config
