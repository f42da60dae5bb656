# crossdock_embed(TARGET HEADER include/path.hpp NAMESPACE a::b BASE dir FILES f...)
# Compiles text files into the program: generates a header with
#   std::string_view <namespace>::embedded(std::string_view path)      - throws std::out_of_range
#   std::span<const embedded_file> <namespace>::embedded_files()       - in the order given
# Paths are relative to BASE. SQL, schemas and workflow files stay files in the tree and need no
# installation beside the program.
function(crossdock_embed target)
  cmake_parse_arguments(arg "" "HEADER;NAMESPACE;BASE" "FILES" ${ARGN})
  set(header "${CMAKE_BINARY_DIR}/generated/${arg_HEADER}")
  string(REGEX REPLACE "\\.hpp$" ".cpp" source "${header}")
  set(inputs)
  foreach(file IN LISTS arg_FILES)
    list(APPEND inputs "${arg_BASE}/${file}")
  endforeach()
  string(REPLACE ";" "|" joined "${arg_FILES}")
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND ${CMAKE_COMMAND} "-DHEADER=${header}" "-DSOURCE=${source}" "-DINCLUDE=${arg_HEADER}"
            "-DNAMESPACE=${arg_NAMESPACE}" "-DBASE=${arg_BASE}" "-DFILES=${joined}"
            -P "${CMAKE_SOURCE_DIR}/config/cmake/embed.cmake"
    DEPENDS ${inputs} "${CMAKE_SOURCE_DIR}/config/cmake/embed.cmake"
    VERBATIM)
  target_sources(${target} PRIVATE "${source}" "${header}")
endfunction()
