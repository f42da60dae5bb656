#include "tests/workflows/archive_test_support.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

namespace crossdock::slack::test {
namespace {

namespace fs = std::filesystem;

void check(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8 & 0xFF);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xFFFF);
  put16(out, value >> 16);
}

std::string deflate_raw(std::string_view data) {
  z_stream stream{};
  check(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

temporary_folder::temporary_folder() {
  auto pattern = (fs::temp_directory_path() / "crossdock-archive-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr, "mkdtemp");
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;  // a destructor has nobody to tell
  fs::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  check(file.good(), "write_file");
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  check(file.good(), "read_file");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_folder(const std::string& path, const named_texts& members) {
  for (const auto& [name, text] : members) write_file(path + "/" + name, text);
}

void write_zip(const std::string& path, const named_texts& members) {
  struct ::archive* writer = ::archive_write_new();
  ::archive_write_set_format_zip(writer);
  check(::archive_write_open_filename(writer, path.c_str()) == ARCHIVE_OK, "open zip");
  for (const auto& [name, text] : members) {
    struct ::archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    ::archive_entry_set_filetype(entry, AE_IFREG);
    ::archive_entry_set_perm(entry, 0644);
    ::archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    check(::archive_write_header(writer, entry) == ARCHIVE_OK, "write header");
    const auto written = ::archive_write_data(writer, text.data(), text.size());
    check(written == static_cast<la_ssize_t>(text.size()), "write data");
    ::archive_entry_free(entry);
  }
  check(::archive_write_close(writer) == ARCHIVE_OK, "close zip");
  ::archive_write_free(writer);
}

std::string zip_bytes(const std::vector<zip_record>& records) {
  std::string out;
  std::string directory;
  for (const auto& record : records) {
    const auto offset = static_cast<std::uint32_t>(out.size());
    const auto stored = record.deflated ? deflate_raw(record.data) : record.data;
    const auto true_crc = ::crc32(0, reinterpret_cast<const Bytef*>(record.data.data()),
                                  static_cast<uInt>(record.data.size()));
    const auto size = record.declared_size < 0 ? static_cast<std::int64_t>(record.data.size())
                                               : record.declared_size;
    std::string common;
    put16(common, 20);  // version needed
    put16(common, record.flags);
    const auto true_method = record.deflated ? 8 : 0;
    put16(common, static_cast<std::uint32_t>(record.method < 0 ? true_method : record.method));
    put32(common, 0);  // time and date
    put32(common,
          static_cast<std::uint32_t>(record.declared_crc < 0 ? static_cast<std::int64_t>(true_crc)
                                                             : record.declared_crc));
    put32(common, static_cast<std::uint32_t>(stored.size()));
    put32(common, static_cast<std::uint32_t>(size));
    put16(common, static_cast<std::uint32_t>(record.name.size()));
    put16(common, 0);  // extra field
    out += "PK\3\4" + common + record.name + stored;
    directory += "PK\1\2";
    put16(directory, 0x031E);  // made by: Unix
    directory += common;
    put16(directory, 0);  // comment
    put16(directory, 0);  // disk
    put16(directory, 0);  // internal attributes
    put32(directory, record.mode << 16);
    put32(directory, offset);
    directory += record.name;
  }
  const auto start = static_cast<std::uint32_t>(out.size());
  out += directory + "PK\5\6";
  put32(out, 0);  // disks
  put16(out, static_cast<std::uint32_t>(records.size()));
  put16(out, static_cast<std::uint32_t>(records.size()));
  put32(out, static_cast<std::uint32_t>(directory.size()));
  put32(out, start);
  put16(out, 0);  // comment
  return out;
}

std::vector<member> members_of(const archive& from) {
  std::vector<member> found;
  from.for_each_member([&](const member& item) { found.push_back(item); });
  return found;
}

std::map<std::string, std::string> contents_of(const archive& from) {
  std::map<std::string, std::string> contents;
  std::string* current = nullptr;
  archive::sink sink;
  sink.begin = [&](const member& item) { current = &contents[item.path]; };
  sink.data = [&](std::string_view piece) { current->append(piece); };
  sink.end = [](const member&) {};
  sink.failed = [&](const member&, std::string_view) { *current = "damaged"; };
  from.read([](const member&) { return true; }, sink);
  return contents;
}

std::string opening_error(const std::string& path, const archive_limits& limits, root_rule rule) {
  try {
    open_archive(path, limits, rule);
  } catch (const archive_error& error) {
    return error.what();
  }
  return {};
}

std::vector<std::string> splitting::texts() const {
  std::vector<std::string> result;
  for (const auto& item : elements) result.push_back(item.text);
  return result;
}

std::vector<std::string> splitting::reasons() const {
  std::vector<std::string> result;
  for (const auto& item : rejections) result.emplace_back(item.reason);
  return result;
}

element_sink splitting::sink() {
  return {[this](const element& item) {
            // The copy must not live in the splitter's memory.
            elements.push_back({item.index, item.offset, std::string(item.text),
                                boost::json::object(item.value, boost::json::storage_ptr{}),
                                item.altered});
          },
          [this](const rejection& item) { rejections.push_back(item); }};
}

splitting split_text(std::string_view text, std::size_t piece, const element_limits& limits) {
  splitting result;
  element_splitter splitter(result.sink(), limits);
  for (std::size_t at = 0; at < text.size(); at += piece) splitter.feed(text.substr(at, piece));
  splitter.finish();
  return result;
}

}  // namespace crossdock::slack::test
