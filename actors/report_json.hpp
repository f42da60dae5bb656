#pragma once

#include <iosfwd>

#include "actors/report_content.hpp"
#include "actors/store/session.hpp"

namespace crossdock::report {

/// Writes report.json while reading findings and failures from the database, and fills `seen` with
/// what the readable report needs of them.
void write_json(std::ostream& out, store::session& db, const store::job_row& job,
                const summary& about, digest& seen);

}  // namespace crossdock::report
