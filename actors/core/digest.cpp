#include "actors/core/digest.hpp"

#include <array>
#include <istream>
#include <stdexcept>

#include <openssl/evp.h>

namespace crossdock {

namespace {

void require(int openssl_result) {
  if (openssl_result != 1) throw std::runtime_error("SHA-256 is not available in OpenSSL");
}

}  // namespace

struct sha256::context {
  context() : evp(EVP_MD_CTX_new()) {}
  ~context() { EVP_MD_CTX_free(evp); }
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  EVP_MD_CTX* evp;
};

sha256::sha256() : context_(std::make_unique<context>()) {
  require(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr));
}
sha256::~sha256() = default;
sha256::sha256(sha256&&) noexcept = default;
sha256& sha256::operator=(sha256&&) noexcept = default;

sha256& sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()));
  return *this;
}

std::string sha256::hex() && {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context_->evp, digest.data(), &size));
  constexpr std::string_view hex_digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * size);
  for (unsigned int i = 0; i < size; ++i) {
    text += hex_digits[digest[i] >> 4];
    text += hex_digits[digest[i] & 0xf];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  return std::move(sha256().update(bytes)).hex();
}

std::string sha256_hex(std::istream& in) {
  sha256 digest;
  std::array<char, 64 * 1024> buffer;
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    digest.update({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad()) throw std::runtime_error("reading failed while computing a SHA-256 digest");
  return std::move(digest).hex();
}

}  // namespace crossdock
