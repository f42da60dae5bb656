#include <iostream>

#include <archive.h>
#include <boost/version.hpp>
#include <cpprest/version.h>
#include <libpq-fe.h>
#include <pqxx/version>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/program.hpp"

namespace crossdock::cli {

std::string version_line() {
  return std::string("crossdock ") + CROSSDOCK_VERSION;
}

namespace {

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

int show_version() {
  const int boost = BOOST_VERSION;
  const int pq = PQlibVersion();
  std::cout << version_line() << "\n  CAF         " << CROSSDOCK_CAF_VERSION << "\n  Boost       "
            << dotted(boost / 100000, boost / 100 % 1000, boost % 100) << "\n  libpqxx     "
            << PQXX_VERSION << "\n  libpq       " << pq / 10000 << "." << pq % 10000
            << "\n  cpprestsdk  "
            << dotted(CPPREST_VERSION_MAJOR, CPPREST_VERSION_MINOR, CPPREST_VERSION_REVISION)
            << "\n  libarchive  " << archive_version_string() + sizeof("libarchive ") - 1
            << std::endl;
  return exit_code::done;
}

}  // namespace

void add_version_command(program& p) {
  auto* command =
      add_command(p, p.app, "version", "Versions of crossdock and what it is built with",
                  "  crossdock version\n");
  on_chosen(p, *command, [] { return show_version(); });
}

}  // namespace crossdock::cli
