#include "workflows/slack_mattermost/mattermost/live/http_client.hpp"

#include <future>
#include <mutex>

#include <boost/asio/ssl/context.hpp>
#include <cpprest/http_client.h>
#include <cpprest/rawptrstream.h>
#include <pplx/threadpool.h>

#include "workflows/api/exporter.hpp"

namespace crossdock::mattermost {

namespace {

namespace http = web::http;

/// Four threads serve any number of requests best; the library's default of 40 is three times
/// slower.
constexpr int pool_threads = 4;
constexpr std::size_t read_piece = 64 * 1024;

void start_pool() {
  static std::once_flag once;
  std::call_once(once, [] { crossplat::threadpool::initialize_with_threads(pool_threads); });
}

web::uri parse_base(const std::string& base) {
  try {
    web::uri uri(base);
    const bool known = uri.scheme() == "https" || uri.scheme() == "http";
    if (known && !uri.host().empty()) return uri;
  } catch (const web::uri_exception&) {
    // told below, with the rule
  }
  throw api::target_error("\"" + base + "\" is not the URL of a server: https://HOST expected");
}

http::client::http_client_config configure(const http_options& options) {
  http::client::http_client_config config;
  config.set_timeout(options.timeout);
  config.set_validate_certificates(true);
  config.set_max_redirects(0);
  config.set_ssl_context_callback([ca = options.ca_file](boost::asio::ssl::context& context) {
    context.set_options(boost::asio::ssl::context::no_tlsv1 |
                        boost::asio::ssl::context::no_tlsv1_1);
    if (ca.empty()) {
      context.set_default_verify_paths();
    } else {
      context.load_verify_file(ca);
    }
  });
  return config;
}

/// Whether an exception can only mean that no connection was made. The library tells that by its
/// text alone.
bool never_sent(const std::string& reason) {
  return reason.find("Error resolving address") != std::string::npos ||
         reason.find("Failed to connect") != std::string::npos ||
         reason.find("SSL handshake") != std::string::npos;
}

struct too_long : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads a body piece by piece, no further than the limit.
pplx::task<std::string> read_body(concurrency::streams::istream from, std::string so_far,
                                  std::size_t limit) {
  auto piece = std::make_shared<std::string>(read_piece, '\0');
  const concurrency::streams::rawptr_buffer<std::uint8_t> buffer(
      reinterpret_cast<std::uint8_t*>(piece->data()), piece->size(), std::ios::out);
  return from.read(buffer, piece->size())
      .then([from, piece, so_far = std::move(so_far), limit](std::size_t got) mutable {
        if (got == 0) return pplx::task_from_result(std::move(so_far));
        so_far.append(*piece, 0, got);
        if (so_far.size() > limit) {
          throw too_long("the answer is longer than " + std::to_string(limit) + " bytes");
        }
        return read_body(from, std::move(so_far), limit);
      });
}

/// A body whose length was announced is taken in one piece: far cheaper.
pplx::task<std::string> take_body(http::http_response& response, std::size_t limit) {
  const auto announced = response.headers().find("Content-Length");
  if (announced == response.headers().end()) return read_body(response.body(), {}, limit);
  if (response.headers().content_length() > limit) {
    throw too_long("the answer has more than " + std::to_string(limit) + " bytes");
  }
  return response.extract_utf8string(true);
}

std::string header(const http::http_response& response, const char* name) {
  const auto found = response.headers().find(name);
  return found == response.headers().end() ? std::string() : found->second;
}

}  // namespace

class http_client::impl {
 public:
  explicit impl(const http_options& options)
      : options_(options), client_(parse_base(options.base), configure(options)) {}

  pplx::task<http_result> send(http_request request) {
    http::http_request message(request.method);
    message.set_request_uri(request.target);
    message.headers().add("Accept", "application/json");
    if (!options_.token.empty()) {
      message.headers().add("Authorization", "Bearer " + options_.token);
    }
    if (!request.content_type.empty()) {
      message.set_body(std::move(request.body), request.content_type);
    }
    return client_.request(message).then(
        [limit = options_.max_response_bytes](http::http_response response) {
          http_response answer;
          answer.status = response.status_code();
          answer.content_type = header(response, "Content-Type");
          answer.retry_after = header(response, "Retry-After");
          answer.version = header(response, "X-Version-Id");
          return take_body(response, limit)
              .then([answer = std::move(answer)](std::string body) mutable {
                answer.body = std::move(body);
                return http_result{std::move(answer), {}};
              });
        });
  }

 private:
  const http_options options_;
  http::client::http_client client_;
};

http_client::http_client(http_options options) {
  start_pool();
  const auto base = parse_base(options.base);
  server_ = base.scheme() + "://" + base.host() +
            (base.port() > 0 ? ":" + std::to_string(base.port()) : "");
  impl_ = std::make_shared<impl>(options);
}

http_client::~http_client() = default;

void http_client::send(http_request request, std::function<void(http_result)> done) {
  pplx::task<http_result> sent;
  try {
    sent = impl_->send(std::move(request));
  } catch (const std::exception& error) {
    return done({{}, {error.what(), false}});
  }
  // The implementation lives as long as its requests.
  sent.then([done = std::move(done), keep = impl_](const pplx::task<http_result>& task) {
    http_result result;
    try {
      result = task.get();
    } catch (const std::exception& error) {
      result.failure.reason = error.what();
      result.failure.in_doubt = !never_sent(result.failure.reason);
    }
    done(std::move(result));
  });
}

http_result http_client::call(http_request request) {
  auto promise = std::make_shared<std::promise<http_result>>();
  auto result = promise->get_future();
  send(std::move(request), [promise](http_result r) { promise->set_value(std::move(r)); });
  return result.get();
}

std::pair<std::string, std::string> make_form(const std::vector<form_field>& fields) {
  std::string boundary = "crossdock-form-boundary";
  const auto occurs = [&] {
    for (const auto& field : fields) {
      if (field.content.find(boundary) != std::string_view::npos) return true;
    }
    return false;
  };
  for (int i = 0; occurs(); ++i) boundary = "crossdock-form-boundary-" + std::to_string(i);

  // Quotes and line ends would end the name early; the standard for forms encodes these three.
  const auto quoted = [](std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
      if (c == '"') {
        result += "%22";
      } else if (c == '\r') {
        result += "%0D";
      } else if (c == '\n') {
        result += "%0A";
      } else {
        result += c;
      }
    }
    return result + '"';
  };
  std::string body;
  for (const auto& field : fields) {
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted(field.name);
    if (!field.filename.empty()) body += "; filename=" + quoted(field.filename);
    body += "\r\n";
    if (!field.content_type.empty()) body += "Content-Type: " + field.content_type + "\r\n";
    body += "\r\n";
    body += field.content;
    body += "\r\n";
  }
  body += "--" + boundary + "--\r\n";
  return {std::move(body), "multipart/form-data; boundary=" + boundary};
}

std::string url_encode(std::string_view text) {
  return web::uri::encode_data_string(std::string(text));
}

}  // namespace crossdock::mattermost
