#include "workflows/slack_mattermost/mattermost/naming_letters.hpp"

#include <unordered_map>

namespace crossdock::mattermost {

namespace {

struct letter_group {
  std::string_view spelling;
  std::u32string_view letters;  ///< both cases
};

/// Letters with diacritics are spelled like their base letter, so that the composed and the
/// decomposed form of a name give the same result.
constexpr letter_group letter_groups[] = {
    {"", U"ЪЬъь"},
    {"a",
     U"ÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧΆΑάαАаӘәḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ"
     U"ἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰάᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺΆᾼ"},
    {"ae", U"ÆæǢǣǼǽ"},
    {"b", U"ƀɃБбḂḃḄḅḆḇ"},
    {"c", U"ÇçĆćĈĉĊċČčЋћḈḉ"},
    {"ch", U"ΧχЧч"},
    {"d", U"ÐðĎďĐđƉɖΔδДдḊḋḌḍḎḏḐḑḒḓ"},
    {"dj", U"Ђђ"},
    {"dz", U"ǄǅǆǱǲǳЅЏѕџ"},
    {"e",
     U"ÈÉÊËèéêëĒēĔĕĖėĘęĚěƏǝȄȅȆȇȨȩəΈΕέεЀЁЕЭеэѐёḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệἐ"
     U"ἑἒἓἔἕἘἙἚἛἜἝὲέῈΈ"},
    {"f", U"ƑƒΦφФфḞḟ"},
    {"g", U"ĜĝĞğĠġĢģǤǥǦǧǴǵɠΓγЃГгѓҐґҒғḠḡ"},
    {"h", U"ĤĥĦħȞȟҲҳҺһḢḣḤḥḦḧḨḩḪḫẖ"},
    {"i",
     U"ÌÍÎÏìíîïĨĩĪīĬĭĮįİıƗǏǐȈȉȊȋɨΉΊΐΗΙΪήίηιϊІЇЍИиіїѝӢӣḬḭḮḯỈỉỊịἠἡἢἣἤἥἦἧἨἩἪ"
     U"ἫἬἭἮἯἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὴήὶίᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟιῂῃῄῆῇῊΉῌῐῑῒΐῖῗῘῙῚΊ"},
    {"ij", U"Ĳĳ"},
    {"j", U"ĴĵǰȷЈјҶҷ"},
    {"k", U"ĶķĸǨǩΚκЌКкќҚқḰḱḲḳḴḵ"},
    {"kh", U"Хх"},
    {"l", U"ĹĺĻļĽľĿŀŁłƚȽΛλЛлḶḷḸḹḺḻḼḽ"},
    {"lj", U"ǇǈǉЉљ"},
    {"m", U"ΜμМмḾḿṀṁṂṃ"},
    {"n", U"ÑñŃńŅņŇňŉƝǸǹɲΝνНнҢңṄṅṆṇṈṉṊṋ"},
    {"ng", U"Ŋŋ"},
    {"nj", U"ǊǋǌЊњ"},
    {"o",
     U"ÒÓÔÕÖØòóôõöøŌōŎŏŐőƟƠơǑǒǪǫǬǭǾǿȌȍȎȏȪȫȬȭȮȯȰȱɵΌΏΟΩοωόώОоӨөṌṍṎṏṐṑṒṓỌọỎỏ"
     U"ỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợὀὁὂὃὄὅὈὉὊὋὌὍὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὸόὼώᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭ"
     U"ᾮᾯῲῳῴῶῷῸΌῺΏῼ"},
    {"oe", U"Œœ"},
    {"p", U"ΠπПпṔṕṖṗ"},
    {"ps", U"Ψψ"},
    {"r", U"ŔŕŖŗŘřȐȑȒȓΡρРрṘṙṚṛṜṝṞṟῤῥῬ"},
    {"s", U"ŚśŜŝŞşŠšſȘșΣςσСсṠṡṢṣṤṥṦṧṨṩẛ"},
    {"sh", U"Шш"},
    {"shch", U"Щщ"},
    {"ss", U"ßẞ"},
    {"t", U"ŢţŤťŦŧƬƭȚțΤτТтṪṫṬṭṮṯṰṱẗ"},
    {"th", U"ÞþΘθϴ"},
    {"ts", U"Цц"},
    {"u",
     U"ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗɄʉЎУуўҮүҰұӮӯṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừ"
     U"ỬửỮữỰự"},
    {"v", U"ΒβВвṼṽṾṿ"},
    {"w", U"ŴŵƿẀẁẂẃẄẅẆẇẈẉẘ"},
    {"x", U"ΞξẊẋẌẍ"},
    {"y", U"ÝýÿŶŷŸȲȳɎɏΎΥΫΰυϋύЙЫйыẎẏẙỲỳỴỵỶỷỸỹὐὑὒὓὔὕὖὗὙὛὝὟὺύῠῡῢΰῦῧῨῩῪΎ"},
    {"ya", U"Яя"},
    {"ye", U"Єє"},
    {"yu", U"Юю"},
    {"z", U"ŹźŻżŽžƵƶΖζЗзẐẑẒẓẔẕ"},
    {"zh", U"Жж"},
};

using letter_table = std::unordered_map<char32_t, std::string_view>;

const letter_table& letters() {
  static const letter_table table = [] {
    letter_table built;
    for (const auto& group : letter_groups) {
      for (const char32_t letter : group.letters) built.emplace(letter, group.spelling);
    }
    return built;
  }();
  return table;
}

struct rune_range {
  char32_t first;
  char32_t last;
};

template <std::size_t Count>
bool within(const rune_range (&ranges)[Count], char32_t rune) {
  for (const auto& range : ranges) {
    if (rune >= range.first && rune <= range.last) return true;
  }
  return false;
}

constexpr rune_range mark_ranges[] = {{0x300, 0x36F},   {0x483, 0x489},    {0x1AB0, 0x1AFF},
                                      {0x1DC0, 0x1DFF}, {0x200B, 0x200F},  {0x20D0, 0x20FF},
                                      {0x3099, 0x309A}, {0xFE00, 0xFE0F},  {0xFE20, 0xFE2F},
                                      {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}};

constexpr rune_range separator_ranges[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},       {0xBB, 0xBF},       {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x2C2, 0x2DF},   {0x2000, 0x206F},   {0x20A0, 0x20CF},   {0x2100, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x303F},   {0xE000, 0xF8FF},   {0xFE10, 0xFE1F},
    {0xFE30, 0xFE6F}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF}};

}  // namespace

spelled_rune spell(char32_t rune) {
  if (rune < 0x80) return {letter_kind::ascii, {}};
  if (const auto found = letters().find(rune); found != letters().end()) {
    return {letter_kind::letter, found->second};
  }
  if (within(mark_ranges, rune)) return {letter_kind::mark, {}};
  if (within(separator_ranges, rune)) return {letter_kind::separator, {}};
  return {letter_kind::foreign, {}};
}

char32_t fold_width(char32_t rune) {
  constexpr char32_t first = 0xFF01;
  constexpr char32_t last = 0xFF5E;
  if (rune == 0x3000) return U' ';
  return rune >= first && rune <= last ? rune - first + U'!' : rune;
}

}  // namespace crossdock::mattermost
