# Functions every folder's CMakeLists.txt uses, so that flags live in one place.

find_program(CROSSDOCK_CCACHE ccache)
if(CROSSDOCK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CROSSDOCK_CCACHE}")
endif()

find_program(CROSSDOCK_MOLD mold)
if(CROSSDOCK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(crossdock_flags INTERFACE)
target_include_directories(crossdock_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
target_compile_options(crossdock_flags INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 reports -Wrestrict inside std::string operator+ where nothing is wrong (GCC bug 105651).
  target_compile_options(crossdock_flags INTERFACE -Wno-restrict)
endif()

if(CROSSDOCK_SANITIZE)
  # CAF 0.17.6 binds a null reference when a function actor is spawned without arguments
  # (init_fun_factory.hpp), and cpprestsdk has no RTTI for -fsanitize=vptr: both are excluded.
  add_compile_options(-fsanitize=${CROSSDOCK_SANITIZE} -fno-omit-frame-pointer)
  # Sanitized code hides initializations from GCC 12, which then sees <regex> use what is not set.
  add_compile_options(-Wno-maybe-uninitialized)
  if(CROSSDOCK_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=null,vptr -fno-sanitize-recover=undefined)
  endif()
  add_link_options(-fsanitize=${CROSSDOCK_SANITIZE})
endif()

# crossdock_library(NAME SOURCES ... LIBRARIES ... [PCH header...])
function(crossdock_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;PCH" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC crossdock_flags ${arg_LIBRARIES})
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  endif()
endfunction()

# crossdock_test(NAME SOURCES ... LIBRARIES ... [LABELS ...] [TIMEOUT seconds]): one GoogleTest program.
function(crossdock_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS;PCH" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE crossdock_flags ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE CROSSDOCK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
