#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

/// A file of what happened, in order. Each record is one line of JSON, followed by as many bytes
/// as its `size` says. A record is written by one write(2): a process that is killed leaves whole
/// records, and at most one torn one at the end, which opening cuts off.
namespace crossdock::doubles {

class journal {
 public:
  using reader = std::function<void(const boost::json::object& record, std::string bytes)>;

  /// Hands every record to `read`, then stands ready to append. Throws std::runtime_error with the
  /// path when the file cannot be read or written.
  journal(const std::string& path, const reader& read);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  /// Adds `size`.
  void append(boost::json::object record, std::string_view bytes);

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace crossdock::doubles
