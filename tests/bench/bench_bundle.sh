#!/usr/bin/env bash
# Staged entities → bundle (the stages `exporting` and `finishing`) against libarchive alone writing
# the same bytes into the same zips. Once as text alone, once with files as people upload them. Best
# of the rounds of each.
#
#   bench_bundle.sh [MESSAGES] [ROUNDS] [UPLOAD_MIB]     default 100000 3 1024
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${CROSSDOCK_BUILD:-$root/build/release}
messages=${1:-100000} rounds=${2:-3} upload=${3:-1024}
# shellcheck source=tests/bench/server.sh
. "$root/tests/bench/server.sh"

bundle() { # NAME GENERATOR_OPTION...
  local name=$1 best=0 floor=0 took bytes=0 sent
  "$build/tests/tools/generate_slack_export" "$work/export.zip" "${@:2}" >/dev/null
  for ((round = 1; round <= rounds; round++)); do
    rm -rf "$work/out" "$work/again"
    mkdir "$work/again"
    "$build/crossdock" run slack-to-mattermost-bundle --source "$work/export.zip" \
      --output "$work/out" --database "$url" --json --new >"$work/result.json" 2>/dev/null
    took=$(jq '.meta.durations_ms | .exporting + .finishing' "$work/result.json")
    ((best == 0 || took < best)) && best=$took
    read -r took bytes < <("$build/tests/bench/rewrite_zip" "$work/again" "$work"/out/bundle-*.zip)
    ((floor == 0 || took < floor)) && floor=$took
    sql -c "TRUNCATE crossdock.entity, crossdock.outcome"
  done
  sent=$(jq .meta.messages_exported "$work/result.json")
  echo "figure bundle_$name $best ms reference libarchive_alone $floor ratio $(ratio "$best" "$floor")"
  echo "figure bundle_${name}_rate $(ratio "$bytes" "$best" 0.001) MB/s reference libarchive_alone $(ratio "$bytes" "$floor" 0.001) ratio $(ratio "$floor" "$best")"
  echo "figure bundle_${name}_messages $(ratio "$sent" "$best" 1000) 1/s reference libarchive_alone $(ratio "$sent" "$floor" 1000) ratio $(ratio "$floor" "$best")"
}

bundle text --messages "$messages"
bundle files --messages "$messages" --upload-bytes $((upload << 20)) --upload-size 262144
