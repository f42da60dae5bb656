#include <utility>

#include <boost/json/parse.hpp>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

void check_files_on(const call& one) {
  if (!one.config().enable_file_attachments) {
    throw api_error("api.file.attachments.disabled.app_error");
  }
}

void check_channel(const call& one, const std::string& channel_id) {
  const auto* where = find_in(one.db.channels, channel_id);
  if (!where) refuse_permission();
  require_channel(one, *where);
}

/// What the server answers about a file it has just taken: a picture with its small preview.
json::object with_preview(const file_info& made) {
  auto shown = to_json(made);
  if (made.width > 0) shown["mini_preview"] = std::string(800, 'A');
  return shown;
}

http_response take_raw(call& one) {
  const std::string channel_id(one.target.parameter("channel_id"));
  if (channel_id.empty()) refuse_url("channel_id");
  const std::string name(one.target.parameter("filename"));
  if (name.empty()) refuse_url("filename");
  check_channel(one, channel_id);
  check_file(one, name, one.request.body.size());
  const auto& made = one.db.add_file(one.actor->id, channel_id, name,
                                     std::make_shared<const std::string>(one.request.body));
  return json_response(
      201, json::object{{"file_infos", json::array{with_preview(made)}}, {"client_ids", nullptr}});
}

json::array client_ids_of(const std::vector<form_part>& parts) {
  json::array ids;
  for (const auto& part : parts) {
    if (part.name != "client_ids") continue;
    // Either one part for each id, or one with a list.
    boost::system::error_code failed;
    const auto parsed = json::parse(part.content, failed);
    if (!failed && parsed.is_array()) {
      for (const auto& id : parsed.as_array()) ids.push_back(id);
    } else {
      ids.emplace_back(part.content);
    }
  }
  return ids;
}

http_response take_form(call& one, const std::vector<form_part>& parts) {
  std::string channel_id(one.target.parameter("channel_id"));
  const auto* field = find_part(parts, "channel_id");
  if (channel_id.empty() && field) channel_id = field->content;
  if (channel_id.empty()) refuse_body("channel_id");
  check_channel(one, channel_id);
  json::array infos;
  for (const auto& part : parts) {
    if (part.name != "files" || !part.filename) continue;
    check_file(one, *part.filename, part.content.size());
    infos.push_back(
        with_preview(one.db.add_file(one.actor->id, channel_id, *part.filename,
                                     std::make_shared<const std::string>(part.content))));
  }
  return json_response(
      201, json::object{{"file_infos", std::move(infos)}, {"client_ids", client_ids_of(parts)}});
}

http_response upload_files(call& one) {
  check_files_on(one);
  const auto parts = parse_form(one.request.content_type, one.request.body);
  return parts.empty() ? take_raw(one) : take_form(one, parts);
}

const file_info& file_argument(const call& one) {
  const auto* found = find_in(one.db.files, one.id_argument(0, "file_id"));
  if (!found) throw api_error("app.file_info.get.app_error");
  const auto* where = find_in(one.db.channels, found->channel_id);
  if (found->user_id != one.actor->id && where) require_channel(one, *where);
  return *found;
}

http_response get_file(call& one) {
  const auto& found = file_argument(one);
  http_response response;
  response.content_type = found.mime_type.empty() ? "application/octet-stream" : found.mime_type;
  response.body = *found.content;
  return response;
}

http_response get_file_info(call& one) {
  return json_response(200, with_preview(file_argument(one)));
}

}  // namespace

std::vector<route> file_routes() {
  using enum access;
  return {{"POST", "/api/v4/files", session, upload_files},
          {"GET", "/api/v4/files/{}", session, get_file},
          {"GET", "/api/v4/files/{}/info", session, get_file_info}};
}

}  // namespace crossdock::doubles
