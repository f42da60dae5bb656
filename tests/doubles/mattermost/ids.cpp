#include "tests/doubles/mattermost/ids.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include <openssl/evp.h>

namespace crossdock::doubles {

namespace {

/// A bijection that scatters consecutive numbers over all 64 bits (the splitmix64 constants).
std::uint64_t scatter(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::string digest_hex(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, kind, nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute a digest");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

}  // namespace

std::string id_source::next() {
  constexpr std::string_view alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";
  const auto number = count_++;
  std::array<std::uint64_t, 3> bits = {scatter(seed_ ^ scatter(number)), 0, 0};
  bits[1] = scatter(bits[0] ^ number);
  bits[2] = scatter(bits[1]);
  std::string id;
  id.reserve(26);
  for (int i = 0; i < 26; ++i) {
    auto& word = bits[static_cast<std::size_t>(i / 12)];
    id += alphabet[word & 31];
    word >>= 5;
  }
  return id;
}

bool is_id(std::string_view text) {
  return text.size() == 26 && std::ranges::all_of(text, [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

millis system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string sha1_hex(std::string_view bytes) {
  return digest_hex(EVP_sha1(), bytes);
}
std::string sha256_hex(std::string_view bytes) {
  return digest_hex(EVP_sha256(), bytes);
}

}  // namespace crossdock::doubles
