#pragma once

#include <string>
#include <string_view>

namespace crossdock {

/// A name for this process, unique for ever, under which it owns jobs and lanes: machine (its boot
/// and the namespace its process ids live in), process id, start time and a random part, separated
/// by dots; no colon. Where /proc does not tell, the random part alone.
std::string make_process_name();

/// True when `name` was made by a process of this machine, visible from here, that has ended: it
/// cannot be writing to any target any more, and what it owned is free. False when that is not
/// certain.
bool has_ended(std::string_view name);

}  // namespace crossdock
