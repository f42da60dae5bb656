#include "tests/doubles/mattermost_test/client.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace crossdock::doubles::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

json::value answer::json() const {
  boost::system::error_code failed;
  auto parsed = json::parse(body, failed);
  if (failed) ADD_FAILURE() << "not JSON (" << status << " " << broken << "): " << body;
  return parsed;
}

std::string answer::text(std::string_view key) const {
  const auto whole = json();
  const auto* value = whole.is_object() ? whole.as_object().if_contains(key) : nullptr;
  if (!value || !value->is_string()) {
    ADD_FAILURE() << "no text " << key << " in " << body;
    return {};
  }
  return std::string(value->as_string());
}

std::int64_t answer::number(std::string_view key) const {
  const auto whole = json();
  const auto* value = whole.is_object() ? whole.as_object().if_contains(key) : nullptr;
  if (!value || !value->is_number()) {
    ADD_FAILURE() << "no number " << key << " in " << body;
    return -1;
  }
  return value->to_number<std::int64_t>();
}

class client::link {
 public:
  explicit link(std::uint16_t port) : socket_(context_) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
  }

  answer exchange(const http::request<http::string_body>& request) {
    answer result;
    boost::system::error_code failed;
    http::write(socket_, request, failed);
    http::response_parser<http::string_body> parser;
    parser.body_limit(1ULL << 30);
    if (!failed) http::read(socket_, buffer_, parser, failed);
    if (failed) {
      result.broken = failed.message();
      return result;
    }
    const auto& message = parser.get();
    result.status = message.result_int();
    result.body = message.body();
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::ranges::transform(name, name.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      result.headers[name] = field.value();
    }
    return result;
  }

 private:
  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

client::client(const mattermost_double& server, std::string token)
    : client(server.port(), std::move(token)) {}

client::client(std::uint16_t port, std::string token) : port_(port), token_(std::move(token)) {}

client::~client() = default;

answer client::send(const std::string& method, const std::string& path, const std::string& body,
                    const std::string& content_type) {
  const bool whole = path.starts_with("/plugins/") || path.starts_with("/__double");
  http::request<http::string_body> request(http::string_to_verb(method),
                                           whole ? path : "/api/v4" + path, 11);
  request.set(http::field::host, "127.0.0.1");
  if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
  if (!content_type.empty()) request.set(http::field::content_type, content_type);
  request.body() = body;
  request.prepare_payload();
  if (!link_) {
    try {
      link_ = std::make_unique<link>(port_);
    } catch (const boost::system::system_error& refused) {
      answer none;
      none.broken = refused.what();
      return none;
    }
    ++connections_;
  }
  auto result = link_->exchange(request);
  if (result.status == 0 || result.headers["connection"] == "close") link_.reset();
  return result;
}

answer client::get(const std::string& path) {
  return send("GET", path, "", "");
}

answer client::post(const std::string& path, const json::value& body) {
  return send("POST", path, json::serialize(body), "application/json");
}

answer client::put(const std::string& path, const json::value& body) {
  return send("PUT", path, json::serialize(body), "application/json");
}

answer client::del(const std::string& path) {
  return send("DELETE", path, "", "");
}

answer client::post_form(const std::string& path, const std::vector<form_field>& fields) {
  std::string body;
  for (const auto& field : fields) {
    body += "--frontier\r\nContent-Disposition: form-data; name=\"" + field.name + "\"";
    if (!field.filename.empty()) body += "; filename=\"" + field.filename + "\"";
    body += "\r\n\r\n" + field.content + "\r\n";
  }
  body += "--frontier--\r\n";
  return send("POST", path, body, "multipart/form-data; boundary=frontier");
}

std::string png(int width, int height) {
  std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  for (const int value : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  }
  return bytes + std::string(5, '\1');
}

std::string make_zip(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string bytes(64 * 1024 * 1024, '\0');
  std::size_t used = 0;
  auto* zip = archive_write_new();
  archive_write_set_format_zip(zip);
  archive_write_set_bytes_per_block(zip, 0);
  archive_write_open_memory(zip, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : members) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname_utf8(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    if (archive_write_header(zip, entry) != ARCHIVE_OK ||
        archive_write_data(zip, content.data(), content.size()) < 0) {
      throw std::runtime_error(archive_error_string(zip));
    }
    archive_entry_free(entry);
  }
  archive_write_close(zip);
  archive_write_free(zip);
  bytes.resize(used);
  return bytes;
}

}  // namespace crossdock::doubles::test
