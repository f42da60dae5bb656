#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct archive;

namespace crossdock::tools {

/// Writes a zip, one member after the other, with fixed times and owners. Small members get their
/// size in the local header; large ones stream with the size behind them. Not thread-safe; throws
/// std::runtime_error with libarchive's words.
class zip_writer {
 public:
  enum class method : std::uint8_t { store, deflate };

  zip_writer(const std::string& path, int compression);
  ~zip_writer();
  zip_writer(const zip_writer&) = delete;
  zip_writer& operator=(const zip_writer&) = delete;

  void begin(std::string name, method how = method::deflate);
  void write(std::string_view bytes);
  /// Bytes written to the open member so far.
  std::int64_t size() const { return size_; }
  /// Ends the member and returns its uncompressed size.
  std::int64_t end();
  /// begin, write, end.
  std::int64_t add(std::string name, std::string_view bytes);

  /// Writes the directory; nothing may be added afterwards.
  void close();

 private:
  void write_header(bool size_known);
  void flush();
  void check(int result);

  struct archive_free {
    void operator()(archive* handle) const;
  };
  std::unique_ptr<archive, archive_free> archive_;
  std::string name_;  ///< of the open member
  method method_ = method::deflate;
  bool header_written_ = false;
  std::string pending_;    ///< not yet given to libarchive
  std::int64_t size_ = 0;  ///< of the open member
};

}  // namespace crossdock::tools
