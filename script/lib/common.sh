# shellcheck shell=bash
# Sourced by every script: strict mode, the checkout's root, messages, logged phases.
# A script prints one line per phase; what a phase's commands print goes to build/log/ and is
# shown only when they fail.

set -euo pipefail
umask 022
# A fresh system has no other locale, and a foreign one would change what tools print.
export LC_ALL=C.UTF-8
unset LANGUAGE CDPATH

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=$(basename "$0")
log_dir=$root/build/log

say() { printf '%s: %s\n' "$script_name" "$*"; }
note() { say "$*" >&2; }
die() {
  note "$*"
  exit 1
}
# usage error: the same exit code as crossdock's own
misuse() {
  note "$*"
  exit 2
}

# Prints the comment block at the top of the calling script: a script's help is its own header.
show_help() { sed -n '2,/^$/{/^$/q; s/^# \{0,1\}//; p}' "$0"; }

# The part of a log that says what went wrong: Ninja's first failure, or else the end.
show_failure() { # LOG
  if grep -q '^FAILED: ' "$1"; then
    sed -n '/^FAILED: /,$p' "$1" | head -n 60
  else
    tail -n 60 "$1"
  fi >&2
}

# phase LABEL COMMAND...: runs COMMAND quietly, says how long it took, or fails with its output.
phase() {
  local label=$1 log started=$SECONDS
  shift
  mkdir -p "$log_dir"
  log=$log_dir/$script_name-$(tr -cs 'A-Za-z0-9.\n' - <<<"$label").log
  if ! "$@" >"$log" 2>&1 </dev/null; then
    show_failure "$log"
    die "$label: failed after $((SECONDS - started)) s, all output in ${log#"$root"/}"
  fi
  say "$label ($((SECONDS - started)) s)"
}

# The cache that all checkouts share. HOME may be unset, empty or not ours to write.
find_cache_dir() {
  local home=${HOME:-} dir
  [[ -d $home && $home != / ]] || home=$(getent passwd "$(id -u)" | cut -d: -f6 || true)
  local candidates=()
  [[ ${XDG_CACHE_HOME:-} != /* ]] || candidates+=("$XDG_CACHE_HOME/crossdock")
  [[ $home != /?* || ! -d $home ]] || candidates+=("$home/.cache/crossdock")
  candidates+=("/var/tmp/crossdock-cache-$(id -u)")
  for dir in "${candidates[@]}"; do
    # Owned by us: somebody else's folder in /var/tmp must not feed us libraries.
    if mkdir -p "$dir" 2>/dev/null && [[ -w $dir && -O $dir ]]; then
      printf '%s\n' "$dir"
      return
    fi
  done
  die "no writable cache folder, tried: ${candidates[*]}; set XDG_CACHE_HOME"
}
# shellcheck disable=SC2034  # used by the other libraries
cache_dir=$(find_cache_dir)

# Parallel compilations: one per core, but no more than memory carries (1.5 GiB for a source that
# includes CAF). CROSSDOCK_JOBS overrides.
jobs_for_build() {
  local cores kib
  cores=$(nproc)
  kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo 2>/dev/null || true)
  if [[ -n $kib ]]; then
    local fit=$((kib / 1572864))
    if ((fit < 1)); then fit=1; fi
    if ((fit < cores)); then cores=$fit; fi
  fi
  printf '%s\n' "${CROSSDOCK_JOBS:-$cores}"
}

# Files under version control, or all files of a checkout that came without .git.
tracked_files() { # pattern...
  # A checkout may belong to another user than the one who checks it (CI as root).
  local git=(git -c "safe.directory=$root" -c core.quotePath=false -C "$root")
  if "${git[@]}" rev-parse --git-dir >/dev/null 2>&1; then
    "${git[@]}" ls-files --cached --others --exclude-standard -- "$@"
  else
    local names=() pattern
    for pattern in "$@"; do names+=(-o -name "${pattern##*/}"); done
    (cd "$root" && find . -path ./build -prune -o -type f \( "${names[@]:1}" \) -print | sed 's|^\./||')
  fi | sort -u
}
