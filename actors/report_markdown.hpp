#pragma once

#include <string>

#include "actors/report_content.hpp"

namespace crossdock::report {

/// The readable report. `job` is the number that the commands it recommends need.
std::string markdown(const summary& about, const digest& seen, store::job_id job);

}  // namespace crossdock::report
