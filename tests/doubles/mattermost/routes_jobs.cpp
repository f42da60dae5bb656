#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response list_imports(call& one) {
  json::array list;
  for (const auto& [name, content] : one.db.imports) list.emplace_back(name);
  return json_response(200, list);
}

http_response delete_import(call& one) {
  const auto found = one.db.imports.find(one.arguments.at(0));
  if (found == one.db.imports.end()) throw api_error("app.import.file.not_found");
  one.db.imports.erase(found);
  return ok_response();
}

http_response create_job(call& one) {
  const auto body = one.body_object("job");
  job made;
  made.type = text_in(body, "type");
  if (made.type != "import_process" || !one.options.bulk) {
    throw api_error("api.job.unable_to_create_job.incorrect_job_type");
  }
  made.id = one.db.new_id();
  made.create_at = one.db.now;
  made.data = object_in(body, "data");
  return json_response(201, to_json(one.db.jobs.emplace_back(std::move(made))));
}

job& job_argument(call& one) {
  auto* found = one.db.find_job(one.id_argument(0, "job_id"));
  if (!found) throw api_error("app.job.get.app_error");
  return *found;
}

http_response get_job(call& one) {
  return json_response(200, to_json(job_argument(one)));
}

/// Newest first.
http_response jobs_where(call& one, std::string_view type) {
  std::vector<const job*> found;
  for (const auto& which : one.db.jobs) {
    if (type.empty() || which.type == type) found.push_back(&which);
  }
  std::ranges::reverse(found);
  json::array list;
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(found.size(), first + one.per_page()); ++i) {
    list.push_back(to_json(*found[i]));
  }
  return json_response(200, list);
}

http_response list_jobs(call& one) {
  return jobs_where(one, one.target.parameter("job_type"));
}
http_response jobs_by_type(call& one) {
  return jobs_where(one, one.arguments.at(0));
}

http_response cancel_job(call& one) {
  auto& which = job_argument(one);
  if (which.status == "pending") which.status = "canceled";
  if (which.status == "in_progress") which.status = "cancel_requested";
  return ok_response();
}

}  // namespace

std::vector<route> job_routes() {
  using enum access;
  return {{"GET", "/api/v4/imports", admin, list_imports},
          {"DELETE", "/api/v4/imports/{}", admin, delete_import},
          {"POST", "/api/v4/jobs", admin, create_job},
          {"GET", "/api/v4/jobs", admin, list_jobs},
          {"GET", "/api/v4/jobs/{}", admin, get_job},
          {"GET", "/api/v4/jobs/type/{}", admin, jobs_by_type},
          {"POST", "/api/v4/jobs/{}/cancel", admin, cancel_job}};
}

}  // namespace crossdock::doubles
