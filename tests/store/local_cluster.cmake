# A process of its own that uses a cluster, for the tests to share with and to kill.
add_executable(local_cluster_holder local_cluster_holder.cpp)
target_link_libraries(local_cluster_holder PRIVATE crossdock_store)

crossdock_test(local_cluster_test
  SOURCES local_cluster_test.cpp
  LIBRARIES crossdock_store
  LABELS store
  TIMEOUT 300)
target_compile_definitions(local_cluster_test PRIVATE
  CROSSDOCK_CLUSTER_HOLDER="$<TARGET_FILE:local_cluster_holder>")
add_dependencies(local_cluster_test local_cluster_holder)
