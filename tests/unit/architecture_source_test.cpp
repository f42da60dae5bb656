#include "tests/unit/architecture_source.hpp"

#include <gtest/gtest.h>

namespace crossdock::architecture {
namespace {

using texts = std::vector<std::string>;

TEST(source_text, comes_apart_into_code_and_literals) {
  const auto file =
      take_apart("x.cpp",
                 "int a = 1'000;  // sleep_for(\n"
                 "/* \"no literal\" */ auto b = \"SELECT \\\"x\\\"\"\n"
                 "    \" FROM y\";\n"
                 "auto c = R\"sql(INSERT \"z\" // kept)sql\"; char d = '\"'; f(\"e\", \"f\");\n");
  EXPECT_EQ(file.literals, (texts{"SELECT \\\"x\\\" FROM y", "INSERT \"z\" // kept", "e", "f"}));
  EXPECT_EQ(file.code.find("sleep_for"), std::string::npos);
  EXPECT_NE(file.code.find("int a = 1'000;"), std::string::npos);
  EXPECT_NE(file.code.find("char d ="), std::string::npos);
}

TEST(source_text, lists_includes) {
  const auto file = take_apart("x.cpp", "#include \"actors/x.hpp\"\n#include <caf/all.hpp>\n");
  EXPECT_EQ(file.includes, (texts{"actors/x.hpp", "<caf/all.hpp>"}));
}

TEST(layers, follow_the_folders) {
  EXPECT_EQ(layer_of("actors/core/x.hpp"), layer::core);
  EXPECT_EQ(layer_of("actors/x.hpp"), layer::actors);
  EXPECT_EQ(layer_of("actors/new/x.hpp"), layer::unknown);
  EXPECT_EQ(layer_of("workflows/api/x.hpp"), layer::plugin_api);
  EXPECT_EQ(layer_of("workflows/list.hpp"), layer::plugin_list);
  EXPECT_EQ(layer_of("workflows/any/deep/x.hpp"), layer::workflow);
  EXPECT_EQ(layer_of("x.hpp"), layer::unknown);
}

TEST(layers, allow_includes_downwards) {
  EXPECT_TRUE(may_include("actors/store/a.cpp", "actors/core/b.hpp"));
  EXPECT_TRUE(may_include("actors/a.cpp", "actors/store/b.hpp"));
  EXPECT_TRUE(may_include("actors/cli/a.cpp", "actors/b.hpp"));
  EXPECT_TRUE(may_include("workflows/w/a.cpp", "workflows/api/b.hpp"));
  EXPECT_TRUE(may_include("workflows/w/a.cpp", "actors/core/b.hpp"));
  EXPECT_TRUE(may_include("workflows/w/a/x.cpp", "workflows/w/b/y.hpp"));
}

TEST(layers, refuse_includes_upwards_and_across) {
  EXPECT_FALSE(may_include("actors/core/a.cpp", "actors/store/b.hpp"));
  EXPECT_FALSE(may_include("actors/core/a.cpp", "observability/logging.hpp"));
  EXPECT_FALSE(may_include("actors/store/a.cpp", "actors/b.hpp"));
  EXPECT_FALSE(may_include("actors/a.cpp", "actors/cli/b.hpp"));
  EXPECT_FALSE(may_include("actors/control/a.cpp", "actors/cli/b.hpp"));
  EXPECT_FALSE(may_include("actors/a.cpp", "workflows/w/b.hpp"));
  EXPECT_FALSE(may_include("actors/cli/main.cpp", "workflows/w/b.hpp"));
  EXPECT_FALSE(may_include("workflows/w/a.cpp", "actors/b.hpp"));
  EXPECT_FALSE(may_include("workflows/w/a.cpp", "actors/store/b.hpp"));
  EXPECT_FALSE(may_include("workflows/w/a.cpp", "workflows/v/b.hpp"));
  EXPECT_FALSE(may_include("workflows/w/a.cpp", "workflows/v_w/b.hpp"));
  EXPECT_FALSE(may_include("workflows/api/a.hpp", "actors/core/b.hpp"));
}

}  // namespace
}  // namespace crossdock::architecture
