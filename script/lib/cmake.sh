# shellcheck shell=bash
# Configuring and compiling, for all scripts that need a build. Needs lib/common.sh, lib/system.sh
# and lib/deps.sh, and a finished bootstrap.

export CCACHE_DIR=${CCACHE_DIR:-$cache_dir/ccache}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G}
# Hits across checkouts, and for sources that use a precompiled header.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root}
export CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}

# run_cmake BUILD-DIR ARGUMENT...: found libraries are cached by CMake, so another prefix needs a
# fresh cache.
run_cmake() {
  local build=$1 fresh=() prefix known
  shift
  prefix=$(deps_prefix)
  known=$(sed -n 's/^CROSSDOCK_DEPS:PATH=//p' "$build/CMakeCache.txt" 2>/dev/null || true)
  [[ ! -f $build/CMakeCache.txt || $known = "$prefix" ]] || fresh=(--fresh)
  cmake -S "$root" -B "$build" "${fresh[@]}" "-DCROSSDOCK_DEPS=$prefix" "$@"
}

# Ninja's own progress on a terminal; elsewhere what it prints appears only if it fails.
compile() { # PRESET NINJA-ARGUMENT...
  local build=$root/build/$1 started=$SECONDS
  local command=(ninja -C "$build" -j "$(jobs_for_build)" "${@:2}")
  if [[ -t 1 ]]; then
    "${command[@]}" || die "compile $1: failed"
    say "compile $1 ($((SECONDS - started)) s)"
  else
    phase "compile $1" "${command[@]}"
  fi
}
