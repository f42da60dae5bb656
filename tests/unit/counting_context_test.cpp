#include "actors/counting_context.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "actors/core/job_counters.hpp"

namespace crossdock {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using step_function = std::function<void(api::stage_context&)>;

/// A source whose stages, "0", "1", …, are functions of the test.
class scripted_source final : public api::source_plugin {
 public:
  explicit scripted_source(std::vector<step_function> steps) : steps_(std::move(steps)) {}

  std::string_view name() const override { return "scripted"; }
  std::string_view summary() const override { return "what a test says"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> stages() const override {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < steps_.size(); ++i) names.push_back(std::to_string(i));
    return names;
  }
  std::vector<api::type_name> types() const override {
    return {{"person", "people"}, {"note", "notes"}, {"file", "files", true}};
  }
  std::unique_ptr<api::stage> make_stage(std::string_view name) const override {
    struct scripted_stage final : api::stage {
      explicit scripted_stage(const step_function& step) : step(step) {}
      void run(api::stage_context& context) override { step(context); }
      const step_function& step;
    };
    return std::make_unique<scripted_stage>(steps_.at(std::stoul(std::string(name))));
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const boost::json::object&) const override {
    return nullptr;
  }
  std::string identify(const std::string&, const boost::json::object&) const override { return {}; }

 private:
  std::vector<step_function> steps_;
};

counting_order order_for(const scripted_source& source) {
  counting_order order;
  order.source = &source;
  order.stages = source.stages();
  order.types = source.types();
  return order;
}

source_counts count(std::vector<step_function> steps) {
  const scripted_source source(std::move(steps));
  return count_source(order_for(source));
}

api::staged_entity entity(std::string type, const std::string& id, std::string refs = "{}",
                          std::string raw = "{}") {
  return {std::move(type), id, "lane of " + id, 0, 0, std::move(raw), std::move(refs)};
}

api::staged_entity note_by(const std::string& person, const std::string& id) {
  return entity("note", id, R"({"by":")" + person + R"("})");
}

std::vector<std::string> missing_people(api::stage_context& context) {
  std::vector<std::string> found;
  context.for_each_missing_ref("note", "by", "person",
                               [&found](std::string_view id) { found.emplace_back(id); });
  return found;
}

TEST(counting_context, counts_each_entity_once_and_the_rest_as_repeated) {
  const auto counts = count({[](api::stage_context& context) {
    context.put(entity("person", "a"));
    context.put(entity("person", "b"));
    context.put(entity("person", "a"));
    context.put(entity("note", "a"));
  }});
  EXPECT_EQ(counter(counts.meta, "people_processed"), 2);
  EXPECT_EQ(counter(counts.meta, "people_created"), 2);
  EXPECT_EQ(counter(counts.meta, "people_repeated"), 1);
  EXPECT_EQ(counter(counts.meta, "notes_processed"), 1);
  EXPECT_FALSE(counts.meta.contains("notes_repeated"));
  EXPECT_FALSE(counts_failures(counts.meta));
}

TEST(counting_context, counts_the_same_finding_once_and_groups_by_reason) {
  using kind = api::finding::kind;
  auto counts = count({[](api::stage_context& context) {
    for (const char* place : {"x#1", "x#2", "x#1"}) {
      context.report({kind::rejected, "note", {}, place, "broken", "detail"});
    }
    context.report({kind::rejected, {}, {}, "y", "broken", {}});
    context.report({kind::left_out, "file", "f", {}, "too_old", {}});
    context.report({kind::left_out, {}, "folder/", {}, "junk", {}});
  }});
  EXPECT_EQ(counter(counts.meta, "notes_rejected"), 2);
  EXPECT_EQ(counter(counts.meta, "elements_rejected"), 1);
  EXPECT_TRUE(counts_failures(counts.meta));
  EXPECT_EQ(counts.types[2].left_out, 1);
  const auto rejected = counts.findings.of(kind::rejected).sorted();
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[1]->type, "note");
  EXPECT_EQ(rejected[1]->count, 2);
  EXPECT_EQ(rejected[1]->first.front().place, "x#1");
  EXPECT_EQ(counts.findings.of(kind::left_out).count(), 2);
}

TEST(counting_context, keeps_what_the_source_counts_itself) {
  const auto counts = count({[](api::stage_context& context) {
    context.set_meta("lists", R"(["a"])");
    context.count("links", 2);
    context.count("links", 3);
  }});
  EXPECT_EQ(counts.meta.at("links"), 5);
  EXPECT_EQ(counts.meta.at("lists"), boost::json::array({"a"}));
}

TEST(counting_context, tells_files_with_bytes_from_those_without) {
  const auto counts = count({[](api::stage_context& context) {
    context.put_blob({"f1", "path/f1", 100});
    context.put_blob({"f1", "other/f1", 7});  // the first of a key counts
    context.put_blob({"picture", "p", 1000});
    context.put(entity("file", "f1"));
    context.put(entity("file", "f2"));
    context.put(entity("person", "picture"));
  }});
  EXPECT_EQ(counts.types[2].with_bytes, 1);
  EXPECT_EQ(counts.types[2].bytes, 100);
  EXPECT_EQ(counts.types[0].with_bytes, 0);
  EXPECT_EQ(counts.blobs, 2);
  EXPECT_EQ(counts.blob_bytes, 1100);
}

TEST(counting_context, gives_back_entities_in_order_with_the_first_of_each) {
  std::vector<std::pair<std::string, std::string>> seen;
  const auto counts = count({[](api::stage_context& context) {
                               context.put(entity("person", "b", "{}", R"({"v":1})"));
                               context.put(entity("person", "a", R"({"r":"x"})"));
                               context.put(entity("person", "b", "{}", R"({"v":2})"));
                               context.put(entity("note", "n"));
                             },
                             [&seen](api::stage_context& context) {
                               seen.clear();
                               context.for_each_entity("person", [&](const api::entity_view& view) {
                                 seen.emplace_back(view.external_id, view.raw + view.refs);
                               });
                               context.for_each_entity("file", [](const api::entity_view&) {
                                 FAIL() << "there is none";
                               });
                               context.put(entity("note", "after"));
                             }});
  EXPECT_THAT(seen, ElementsAre(Pair("a", R"({}{"r":"x"})"), Pair("b", R"({"v":1}{})")));
  EXPECT_EQ(counter(counts.meta, "people_processed"), 2);
  EXPECT_EQ(counter(counts.meta, "people_repeated"), 1);
  EXPECT_EQ(counter(counts.meta, "notes_processed"), 2);
}

TEST(counting_context, finds_references_to_nothing_wherever_their_target_stands) {
  std::vector<std::string> seen;
  const auto counts = count({[&seen](api::stage_context& context) {
    context.put(entity("person", "early"));
    context.put(note_by("early", "1"));
    context.put(note_by("late", "2"));
    context.put(note_by("zoe", "5"));
    context.put(note_by("nobody", "4"));
    context.put(note_by("nobody", "3"));
    context.put(note_by("somebody else", "3"));  // repeated: not staged, so it refers to nothing
    context.put(entity("note", "7", R"({"by":""})"));
    context.put(entity("note", "8", R"({"by":null})"));
    context.put(entity("note", "9", R"({"by":12})"));
    context.put(entity("person", "late"));
    context.put(entity("file", "zoe"));  // of another type
    seen = missing_people(context);
  }});
  EXPECT_THAT(seen, ElementsAre("12", "nobody", "zoe"));
  EXPECT_EQ(counter(counts.meta, "notes_processed"), 8);
}

TEST(counting_context, what_a_lookup_puts_counts_for_later_lookups) {
  std::vector<std::string> later;
  const auto counts = count({[&later](api::stage_context& context) {
    context.put(note_by("x", "1"));
    context.put(note_by("y", "2"));
    context.for_each_missing_ref("note", "by", "person", [&](std::string_view id) {
      context.put(entity("person", std::string(id)));
      context.put(note_by("maker", "made for " + std::string(id)));
    });
    later = missing_people(context);
  }});
  EXPECT_EQ(counter(counts.meta, "people_processed"), 2);
  EXPECT_EQ(counter(counts.meta, "notes_processed"), 4);
  EXPECT_THAT(later, ElementsAre("maker"));
}

TEST(counting_context, says_which_of_some_ids_are_missing) {
  count({[](api::stage_context& context) {
    context.put(entity("person", "b"));
    context.put(entity("note", "c"));
    EXPECT_THAT(context.find_missing("person", {"c", "b", "a", "c"}), ElementsAre("a", "c"));
    EXPECT_THAT(context.find_missing("person", {}), ElementsAre());
  }});
}

TEST(counting_context, reads_the_source_once_when_nothing_is_looked_up) {
  int passes = 0;
  count({[&passes](api::stage_context& context) {
    ++passes;
    context.put(entity("person", "a"));
  }});
  EXPECT_EQ(passes, 1);
}

TEST(counting_context, learns_all_missing_references_in_one_pass) {
  int passes = 0;
  count({[&passes](api::stage_context& context) {
    ++passes;
    context.put(note_by("a", "1"));
    for (const char* key : {"by", "about", "for"}) {
      context.for_each_missing_ref("note", key, "person", [](std::string_view) {});
    }
  }});
  EXPECT_EQ(passes, 2);
}

TEST(counting_context, refuses_types_that_the_workflow_does_not_have) {
  EXPECT_THROW(count({[](api::stage_context& context) { context.put(entity("ghost", "1")); }}),
               std::runtime_error);
}

TEST(counting_context, passes_on_what_a_stage_throws) {
  EXPECT_THROW(count({[](api::stage_context&) { throw api::source_error("unreadable"); }}),
               api::source_error);
}

/// The rule of for_each_missing_ref() in the words of the store: over all that was put, at the end.
std::vector<std::string> missing_by_definition(const std::vector<api::staged_entity>& put) {
  std::map<std::string, std::string> notes;  // id → person
  std::set<std::string> people;
  for (const auto& e : put) {
    if (e.type == "person") people.insert(e.external_id);
    if (e.type == "note") notes.try_emplace(e.external_id, e.lane);
  }
  std::set<std::string> missing;
  for (const auto& [id, person] : notes) {
    if (!people.contains(person)) missing.insert(person);
  }
  return {missing.begin(), missing.end()};
}

RC_GTEST_PROP(counting_context_properties, agrees_with_a_plain_definition_in_any_order, ()) {
  std::vector<api::staged_entity> all;
  for (const auto number : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400))) {
    const auto person = "p" + std::to_string(number % 7);
    if (number % 3 == 0) {
      all.push_back(entity("person", person));
    } else {
      all.push_back(note_by(person, "n" + std::to_string(number / 7 % 20)));
      all.back().lane = person;
    }
  }
  std::vector<std::string> seen;
  const auto counts = count({[&](api::stage_context& context) {
    for (const auto& e : all) context.put(e);
    seen = missing_people(context);
  }});
  RC_ASSERT(seen == missing_by_definition(all));
  RC_ASSERT(counter(counts.meta, "notes_processed") + counter(counts.meta, "notes_repeated") +
                counter(counts.meta, "people_processed") +
                counter(counts.meta, "people_repeated") ==
            static_cast<std::int64_t>(all.size()));
}

}  // namespace
}  // namespace crossdock
