#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response create_upload(call& one) {
  const auto body = one.body_object("upload");
  upload made;
  made.type = text_in(body, "type");
  if (made.type.empty()) made.type = "attachment";
  made.user_id = one.actor->id;
  made.filename = text_in(body, "filename");
  made.file_size = number_in(body, "file_size");
  if (made.filename.empty()) refuse_body("filename");
  if (made.file_size <= 0) refuse_body("file_size");
  if (made.type == "import") {
    if (!one.is_admin()) refuse_permission();
  } else {
    made.channel_id = text_in(body, "channel_id");
    if (!is_id(made.channel_id)) refuse_body("channel_id");
    const auto* where = find_in(one.db.channels, made.channel_id);
    if (!where) refuse_permission();
    require_channel(one, *where);
  }
  if (made.file_size > one.config().max_file_size) {
    throw api_error("api.upload.create.upload_too_large.app_error");
  }
  made.id = one.db.new_id();
  made.create_at = one.db.now;
  const auto id = made.id;
  return json_response(201, to_json(one.db.uploads.emplace(id, std::move(made)).first->second));
}

upload& upload_argument(call& one) {
  auto* found = find_in(one.db.uploads, one.id_argument(0, "upload_id"));
  if (!found) throw api_error("app.upload.get.app_error");
  require_self(one, found->user_id);
  return *found;
}

http_response get_upload(call& one) {
  return json_response(200, to_json(upload_argument(one)));
}

/// The bytes of a part: the body, or the `data` part of a form.
std::string_view part_bytes(const call& one, const std::vector<form_part>& parts) {
  if (parts.empty()) return one.request.body;
  const auto* data = find_part(parts, "data");
  return data ? data->content : parts.front().content;
}

json::object finish(call& one, const upload& whole) {
  auto content = std::make_shared<const std::string>(whole.received);
  if (whole.type == "import") {
    one.db.imports[whole.id + "_" + whole.filename] = content;
    file_info shown;
    shown.id = one.db.new_id();
    shown.user_id = whole.user_id;
    shown.create_at = one.db.now;
    shown.name = whole.filename;
    shown.extension = "zip";
    shown.mime_type = "application/zip";
    shown.content = std::move(content);
    return to_json(shown);
  }
  return to_json(
      one.db.add_file(whole.user_id, whole.channel_id, whole.filename, std::move(content)));
}

http_response upload_data(call& one) {
  auto& session = upload_argument(one);
  const auto parts = parse_form(one.request.content_type, one.request.body);
  const auto bytes = part_bytes(one, parts);
  const auto size = static_cast<std::int64_t>(bytes.size());
  const auto rest = session.file_size - static_cast<std::int64_t>(session.received.size());
  if (size == 0 || size > rest) throw api_error("api.upload.upload_data.invalid_content_length");
  if (session.received.empty() && size < rest && size < first_upload_part_bytes) {
    throw api_error("api.upload.upload_data.first_part_too_small.app_error",
                    std::to_string(first_upload_part_bytes));
  }
  session.received += bytes;
  if (size < rest) {
    http_response partial;
    partial.status = 204;
    return partial;
  }
  auto answer = finish(one, session);
  one.db.uploads.erase(session.id);
  return json_response(200, answer);
}

http_response uploads_of_user(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  json::array list;
  for (const auto& [upload_id, session] : one.db.uploads) {
    if (session.user_id == id) list.push_back(to_json(session));
  }
  return json_response(200, list);
}

}  // namespace

std::vector<route> upload_routes() {
  using enum access;
  return {{"POST", "/api/v4/uploads", session, create_upload},
          {"GET", "/api/v4/uploads/{}", session, get_upload},
          {"POST", "/api/v4/uploads/{}", session, upload_data},
          {"GET", "/api/v4/users/{}/uploads", session, uploads_of_user}};
}

}  // namespace crossdock::doubles
