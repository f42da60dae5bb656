#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/document.hpp"
#include "config/environment.hpp"

namespace crossdock::config {

/// A piece of a string value: literal text, or a reference.
///   ${NAME}  ${NAME:-default}   an environment variable (empty counts as unset)
///   ${file:PATH}                the text of a file without its last line break
///   ${target.url}               another value of the same file (a dotted path)
///   $${                         a literal "${"
struct reference {
  enum class kind { literal, variable, file, value };
  enum kind what = kind::literal;
  std::string text;  ///< the literal, the variable's name, the path, or the dotted path
  std::optional<std::string> fallback;
};
using references = std::vector<reference>;

/// The pieces of a value, or the malformed reference as written.
std::variant<references, std::string> parse_references(std::string_view text);

/// The pieces as text again.
std::string to_string(const references& pieces);

/// True for exactly one variable without a default, or exactly one file: the forms that a secret
/// may take, since any other puts a part of it into the file.
bool is_secret_reference(const references& pieces);

/// True when a text is a URL that carries a password.
bool has_password(std::string_view text);

/// What references to variables and files stand for.
struct expansion {
  std::optional<std::string> text;
  std::string unset;    ///< the variable that is not set, if that is why there is no text
  std::string error;    ///< why there is no text, for people
  bool secret = false;  ///< see reference_resolver
};
/// Pieces of kind `value` are not expected here.
expansion expand(const references& pieces, const environment& env);

/// A value that was nothing but a variable that is not set, and was therefore left out.
struct left_out {
  std::string pointer;
  std::string variable;
  position where;
};

/// Replaces the references of a document by their values. What is one reference as a whole may
/// become a number, a boolean or null, unless it is secret. Secret is: an option that
/// is_secret_option() names; what comes from a file; what comes from a variable whose last word is
/// TOKEN, SECRET, PASSWORD, PASSWD, PASS, KEY or CREDENTIALS; a URL with a password; what refers to
/// a secret. Of a secret the document keeps the reference (place::reference), files with absolute
/// paths (relative ones count from the document's own folder).
class reference_resolver {
 public:
  using secret_test = std::function<bool(const std::string& pointer)>;

  reference_resolver(document& doc, const environment& env, secret_test is_secret_option,
                     diagnostics& found)
      : doc_(doc), env_(env), is_secret_option_(std::move(is_secret_option)), found_(found) {}

  /// Everything but the values that refer to other values.
  void resolve_external();
  /// The values that refer to other values; after defaults were filled in.
  void resolve_values();

  const std::vector<left_out>& left_out_values() const { return left_out_; }

 private:
  /// What is known of a value beside its pieces.
  struct traits {
    bool whole = false;   ///< it is one reference and nothing else
    bool secret = false;  ///< it refers to a secret value
  };

  void resolve_external(const std::string& pointer);
  void resolve_value(const std::string& pointer);
  bool insert(const std::string& pointer, const reference& piece, references& flat, traits& what);
  bool refuse_missing(const std::string& pointer, const std::string& path, const traits& what);
  void store(const std::string& pointer, const references& pieces, const traits& what);
  void not_set(const std::string& pointer, const std::string& variable, const traits& what);
  void refuse(const std::string& pointer, const std::string& why, std::string suggestion = {});
  references pieces_of(const std::string& pointer);

  document& doc_;
  const environment& env_;
  secret_test is_secret_option_;
  diagnostics& found_;
  std::vector<left_out> left_out_;
  std::vector<std::string> open_;  ///< values under resolve_value(), to find circles
  std::set<std::string> resolved_;
};

}  // namespace crossdock::config
