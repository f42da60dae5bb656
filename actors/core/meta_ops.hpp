#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace crossdock {

/// A patch that the rules forbid, or that a job's meta refuses. The text names the key.
class meta_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One atomic change of a job's `meta`, the argument of the SQL function merge_meta(). A key stands
/// under one operation only, so the operations of a patch never meet each other:
///   remove  the key goes away
///   set     the key gets this value, whatever it had
///   incr    the key grows by this; absent counts as 0
///   max     the key becomes the larger of both; absent takes the value
///   nested  the object is merged in, level by level; leaves replace, other keys stay
struct meta_patch {
  template <class Value>
  using table = std::map<std::string, Value, std::less<>>;

  table<std::int64_t> incr;
  table<std::int64_t> max;
  table<boost::json::value> set;
  table<boost::json::value> nested;
  std::set<std::string, std::less<>> remove;

  bool empty() const {
    return incr.empty() && max.empty() && set.empty() && nested.empty() && remove.empty();
  }
  bool operator==(const meta_patch&) const = default;
};

/// Throws meta_error unless: every key stands under one operation; no key is empty; nested values
/// are objects; numbers are finite; no text has a NUL character (jsonb has none of the last two).
void validate(const meta_patch& patch);

/// Makes `into` one patch with the effect of `into` and then `next`, both valid. False: no single
/// patch does that on every meta (max after incr, incr of a key set to a text, sums beyond 64 bit);
/// then both are unchanged, and the caller sends `into` first.
///
/// The combination gives the same meta wherever the sequence gives one. Where the sequence would be
/// refused, the combination may pass: an increment of a text that `next` then replaces, or two
/// increments whose sum fits although the first alone does not.
[[nodiscard]] bool combine(meta_patch& into, meta_patch&& next);

/// {"incr":{},"max":{},"set":{},"nested":{},"remove":[]}, empty parts left out, keys sorted.
std::string to_json(const meta_patch& patch);
/// Reads what to_json() writes. Throws meta_error for anything else; the result is valid.
meta_patch meta_patch_from_json(std::string_view text);

/// What merge_meta() must make of a job's meta, for a valid patch: the model that the SQL function
/// is tested against. The order of effect is remove, set, incr, max, nested. Throws meta_error, and
/// then nothing of the patch holds, for: incr or max on something that is not a number; a sum
/// beyond 64 bit; `nested` into a parent that is not an object.
boost::json::object apply(boost::json::object meta, const meta_patch& patch);

}  // namespace crossdock
