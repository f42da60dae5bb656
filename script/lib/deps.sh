# shellcheck shell=bash
# The libraries that a system cannot supply in a usable form, built once from Debian's own source
# packages into a prefix that all checkouts of this user share:
#   cpprest   Debian 12's is compiled for Boost 1.74; Boost.JSON comes with 1.81 only
#   libpqxx   Debian 12 has 6.4 and Ubuntu 24.04 7.8; the code uses 7.10, as Debian 13 has it
# The sha256 of each .dsc is pinned here, and the .dsc pins the archives it names, so it does not
# matter which mirror serves them. Needs lib/common.sh and lib/system.sh.

# version and sha256 of the .dsc
declare -A source_version=([cpprest]=2.10.18-1 [libpqxx]=7.10.0-2)
declare -A source_sha256=(
  [cpprest]=6349290a50503b0afb785b6cedc37548114265a4112e88ed4e08b6263e35838b
  [libpqxx]=de122eb77bc80a11be6c236f3269f5c962ca77eb475099670609b5f8aad36f78
)

# Prints the prefix for this recipe, compiler and Boost; nothing if nothing is built from source.
deps_prefix() {
  local libraries id
  libraries=$(libraries_from_source)
  [[ -n $libraries ]] || return 0
  id=$({
    echo "$libraries"
    cat "$root/script/lib/deps.sh"
    "${CXX:-c++}" -dumpmachine
    "${CXX:-c++}" -dumpfullversion -dumpversion
    grep -h '^#define BOOST_VERSION' /usr/include/boost/version.hpp
  } | sha256sum | cut -c1-16)
  printf '%s\n' "$cache_dir/deps-$id"
}

# Mirrors to ask, one URI per line: CROSSDOCK_DEBIAN_ARCHIVE, then those that apt itself uses.
archive_uris() {
  [[ -z ${CROSSDOCK_DEBIAN_ARCHIVE:-} ]] || printf '%s\n' "${CROSSDOCK_DEBIAN_ARCHIVE%/}"
  local uri list
  # Apt substitutes $(REPO_URI), not the shell.
  # shellcheck disable=SC2016
  while read -r uri; do
    case $uri in
      mirror+file:*)  # a file with one mirror per line, as Debian's cloud images have
        list=${uri#mirror+file:}
        awk '/^[a-z]+:/ {sub("/+$", "", $1); print $1}' "${list%/}"
        ;;
      *) printf '%s\n' "${uri%/}" ;;
    esac
  done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u)
}

# download FILE SHA256 SOURCE-PACKAGE FOLDER: apt fetches, with its proxies, and checks the sum.
download() {
  local file=$1 sha256=$2 package=$3 folder=$4 uri initial=${3:0:1}
  [[ $package != lib* ]] || initial=${package:0:4}
  while read -r uri; do
    if /usr/lib/apt/apt-helper -o Acquire::Retries=3 -o APT::Sandbox::User=root download-file \
      "$uri/pool/main/$initial/$package/$file" "$folder/$file" "SHA256:$sha256"; then
      return
    fi
  done < <(archive_uris | awk '!seen[$0]++')
  echo "$file (sha256 $sha256) is on none of the mirrors that apt uses here."
  echo "Set CROSSDOCK_DEBIAN_ARCHIVE to the URI of a Debian archive that still has it."
  return 1
}

# fetch_source PACKAGE FOLDER: leaves the patched tree in FOLDER/PACKAGE.
fetch_source() {
  local package=$1 folder=$2 dsc sum file
  dsc=${package}_${source_version[$package]}.dsc
  download "$dsc" "${source_sha256[$package]}" "$package" "$folder" || return
  while read -r sum file; do
    download "$file" "$sum" "$package" "$folder" || return
  done < <(awk '/^[^ ]/ {on = /^Checksums-Sha256:/; next} on {print $1, $3}' "$folder/$dsc")
  # The uploader's signature cannot be checked without their key; the pinned sum stands for it.
  dpkg-source -x "$folder/$dsc" "$folder/$package"
}

# build_source PACKAGE SOURCE-DIR WORK-DIR PREFIX CMAKE-ARGUMENT...: installs below WORK-DIR/stage.
build_source() {
  local package=$1 source=$2 work=$3 prefix=$4
  shift 4
  # C++20 as in the project itself, so that code inlined from Boost.Asio is the same on both sides.
  cmake -S "$source" -B "$work/build-$package" -G Ninja -Wno-dev \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_CXX_STANDARD=20 -DCMAKE_CXX_EXTENSIONS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DBUILD_SHARED_LIBS=OFF "$@" || return
  cmake --build "$work/build-$package" -j "$(jobs_for_build)" || return
  DESTDIR="$work/stage" cmake --install "$work/build-$package"
}

make_library() { # PACKAGE WORK-DIR PREFIX
  fetch_source "$1" "$2" || return
  case $1 in
    cpprest)
      build_source cpprest "$2/cpprest/Release" "$2" "$3" -DBUILD_TESTS=OFF -DBUILD_SAMPLES=OFF \
        -DWERROR=OFF -DCPPREST_EXCLUDE_WEBSOCKETS=ON -DCPPREST_EXCLUDE_BROTLI=ON \
        -DCPPREST_EXPORT_DIR=cmake/cpprestsdk
      ;;
    libpqxx)
      build_source libpqxx "$2/libpqxx" "$2" "$3" -DSKIP_BUILD_TEST=ON -DBUILD_DOC=OFF
      ;;
  esac
}

# Builds what is missing. The prefix appears at once and whole (rename), or not at all; of two
# bootstraps at the same time one builds and the other waits.
ensure_libraries() {
  local prefix library
  prefix=$(deps_prefix)
  [[ -n $prefix && ! -d $prefix ]] || return 0
  exec 9>"$prefix.lock"
  flock 9
  if [[ ! -d $prefix ]]; then
    deps_work=$(mktemp -d "$cache_dir/build.XXXXXXXX")
    trap 'rm -rf "$deps_work"' EXIT
    for library in $(libraries_from_source); do
      phase "library $library ${source_version[$library]}" make_library "$library" "$deps_work" "$prefix"
    done
    mv -T "$deps_work/stage$prefix" "$prefix"
    rm -rf "$deps_work"
    trap - EXIT
  fi
  flock -u 9
  exec 9>&-
}
