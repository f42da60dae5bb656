#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack::test {
namespace {

namespace json = boost::json;

using pieces = std::vector<std::string>;

/// What texts are made of.
const pieces all_pieces = {"a",
                           "\"",
                           "\\",
                           "{",
                           "}",
                           "[",
                           "]",
                           ",",
                           ":",
                           "\n",
                           "},{",
                           "}]",
                           "é",
                           "\U0001F600",
                           "\\u",
                           "\t",
                           "null",
                           "<@U1>",
                           "```{\"k\":1}```"};
/// Without those that make a text look like the boundary of two elements, as which it may be taken
/// where the JSON around it is broken.
const pieces tame_pieces = {"a", "\"", "\\", "[", "]", ",", ":", "\n", "é", "\\u", "null", "<@U1>"};

std::string any_text(const pieces& from) {
  const auto chosen = *rc::gen::container<pieces>(rc::gen::elementOf(from));
  std::string text;
  for (const auto& piece : chosen) text += piece;
  return text;
}

json::value any_value(const pieces& from, int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
    case 0: return nullptr;
    case 1: return *rc::gen::arbitrary<bool>();
    case 2: return *rc::gen::arbitrary<std::int64_t>();
    case 3: return *rc::gen::inRange(-1000, 1000) / 8.0;
    case 4: return json::string(any_text(from));
    case 5: {
      json::array items;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) items.push_back(any_value(from, depth - 1));
      return items;
    }
    default: {
      json::object items;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        items[any_text(from)] = any_value(from, depth - 1);
      return items;
    }
  }
}

json::object any_message(const pieces& from) {
  json::object item{{"type", "message"}, {"ts", "1608358820.210600"}, {"text", any_text(from)}};
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) item[any_text(from)] = any_value(from, 3);
  return item;
}

std::vector<std::string> any_messages(const pieces& from, int least) {
  std::vector<std::string> texts;
  for (int i = *rc::gen::inRange(least, 6); i > 0; --i)
    texts.push_back(json::serialize(any_message(from)));
  return texts;
}

std::string as_array(const std::vector<std::string>& texts) {
  const auto separator = *rc::gen::element<std::string>(",", ", ", ",\n", "\n,\n    ");
  std::string all = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) all += (i == 0 ? "" : separator) + texts[i];
  return all + "]";
}

/// Splits with piece sizes drawn at random.
splitting split_at_random(std::string_view text) {
  splitting result;
  element_splitter splitter(result.sink());
  while (!text.empty()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, 40);
    splitter.feed(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  splitter.finish();
  return result;
}

RC_GTEST_PROP(archive_elements_property, splitting_equals_parsing_the_whole, ()) {
  const auto texts = any_messages(all_pieces, 0);
  const auto whole = as_array(texts);
  const auto told = split_at_random(whole);
  RC_ASSERT(told.rejections.empty());
  RC_ASSERT(told.texts() == texts);
  const auto parsed = json::parse(whole).as_array();
  RC_ASSERT(parsed.size() == told.elements.size());
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    RC_ASSERT(json::value(told.elements[i].value) == parsed[i]);
    RC_ASSERT(whole.substr(told.elements[i].offset, texts[i].size()) == texts[i]);
  }
}

RC_GTEST_PROP(archive_elements_property, any_bytes_give_the_same_however_they_are_cut, ()) {
  auto bytes = as_array(any_messages(all_pieces, 1));
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        *rc::gen::element('"', '\\', '{', '}', '[', ']', ',', ':', 'x', '\n', '\0', '\xFF');
  }
  const auto once = split_text(bytes);
  const auto pieces = split_at_random(bytes);
  RC_ASSERT(once.texts() == pieces.texts());
  RC_ASSERT(once.reasons() == pieces.reasons());
  for (std::size_t i = 0; i < once.rejections.size(); ++i) {
    RC_ASSERT(once.rejections[i].offset == pieces.rejections[i].offset);
    RC_ASSERT(once.rejections[i].line == pieces.rejections[i].line);
    RC_ASSERT(once.rejections[i].excerpt == pieces.rejections[i].excerpt);
  }
}

/// Breaks one byte so that brackets outside strings still balance: anything but brackets, quotes
/// and backslashes may become anything but these. What else is recovered is in
/// archive_elements_test.
void break_one_byte(std::string& text) {
  const std::string_view structure = "\"\\{}[]";
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = i > 0 && text[i - 1] == '\\';
    if (structure.find(text[i]) == std::string_view::npos && !escaped) places.push_back(i);
  }
  const auto at = places[*rc::gen::inRange<std::size_t>(0, places.size())];
  text[at] = *rc::gen::element('x', ',', ':', '-', '\n', '\x01', '\0', '\xFF', '0', ' ');
}

bool is_subsequence(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  auto next = part.begin();
  for (const auto& item : whole) next += next != part.end() && *next == item;
  return next == part.end();
}

RC_GTEST_PROP(archive_elements_property, a_broken_element_never_affects_the_others, ()) {
  auto texts = any_messages(tame_pieces, 2);
  const auto broken = *rc::gen::inRange<std::size_t>(0, texts.size());
  break_one_byte(texts[broken]);
  const auto told = split_at_random(as_array(texts));
  auto others = texts;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(broken));
  // The element itself may still be valid, or become so when it was made storable, and a broken one
  // may count as several rejections.
  RC_ASSERT(is_subsequence(others, told.texts()));
  RC_ASSERT(told.elements.size() + told.rejections.size() >= texts.size());
}

/// Something that is no element: a value of another type, or an object with some damage that leaves
/// its end to be seen.
std::string any_broken() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0: return *rc::gen::element<std::string>("42", "-1.5e3", "null", "true", "oops", "[]");
    case 1: return json::serialize(json::string(any_text(tame_pieces)));
    case 2: return json::serialize(json::array{any_message(tame_pieces), any_text(tame_pieces)});
    default: {
      auto text = json::serialize(any_message(tame_pieces));
      break_one_byte(text);
      return text;
    }
  }
}

RC_GTEST_PROP(archive_elements_property, broken_ones_between_leave_all_others_in_their_places, ()) {
  struct placed {
    std::string text;
    std::size_t offset;
    bool valid;
  };
  std::vector<placed> all;
  std::string file = "[";
  for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
    const bool valid = *rc::gen::arbitrary<bool>();
    auto text = valid ? json::serialize(any_message(tame_pieces)) : any_broken();
    if (!all.empty()) file += *rc::gen::element<std::string>(",", ", ", " ,\n", "\n,\n    ");
    all.push_back({text, file.size(), valid});
    file += text;
  }
  const auto told = split_at_random(file + "]");
  RC_LOG() << file << "]\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = std::find_if(told.elements.begin(), told.elements.end(),
                                    [&](const auto& item) { return item.offset == all[i].offset; });
    const auto refused =
        std::find_if(told.rejections.begin(), told.rejections.end(),
                     [&](const auto& item) { return item.offset == all[i].offset; });
    if (all[i].valid) {
      RC_ASSERT(found != told.elements.end());
      RC_ASSERT(found->text == all[i].text);
      RC_ASSERT(found->index == i);
    } else if (found == told.elements.end()) {  // what can be made storable is no loss
      RC_ASSERT(refused != told.rejections.end());
      RC_ASSERT(refused->index == i);
      const auto line =
          1 +
          std::count(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(all[i].offset), '\n');
      RC_ASSERT(refused->line == static_cast<std::uint64_t>(line));
    }
  }
  RC_ASSERT(told.elements.size() + told.rejections.size() == all.size());
}

RC_GTEST_PROP(archive_elements_property, accepted_text_is_always_storable, ()) {
  const auto body = *rc::gen::container<std::string>(rc::gen::element<char>(
      '\\', 'u', '0', 'd', '8', '3', 'e', 'a', '\xF0', '\x9F', '\x98', '\x80', '\xFF', '\0'));
  const auto told = split_text("[{\"t\":\"" + body + "\"}]");
  for (const auto& item : told.elements) {
    RC_ASSERT(!make_storable(item.text).has_value());
    RC_ASSERT(json::parse(item.text).as_object() == item.value);
  }
}

}  // namespace
}  // namespace crossdock::slack::test
