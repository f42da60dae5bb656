# The reference of bench_bundle.sh.
add_executable(rewrite_zip rewrite_zip.cpp)
target_link_libraries(rewrite_zip PRIVATE LibArchive::LibArchive)
