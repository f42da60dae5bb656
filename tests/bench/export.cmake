# The reference of bench_export.sh.
add_executable(post_loop post_loop.cpp)
target_link_libraries(post_loop PRIVATE cpprestsdk::cpprest)
