#include <iostream>
#include <string>

#include "actors/store/local_cluster.hpp"

/// Uses the cluster in the folder argv[1] until its standard input ends. Prints the URL or the
/// error.
int main(int, char** argv) {
  try {
    const crossdock::store::local_cluster cluster({.directory = argv[1]});
    std::cout << cluster.url() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
    }
    return 0;
  } catch (const std::exception& error) {
    std::cout << "error: " << error.what() << std::endl;
    return 1;
  }
}
