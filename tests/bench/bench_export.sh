#!/usr/bin/env bash
# Staged entities → a live server (the stage `exporting`: claim, request, settle) against
# cpprestsdk alone posting the same bodies to the same server. Then with 20 ms latency against what
# the connections allow at most, and one channel against fifty.
#
#   bench_export.sh [MESSAGES] [ROUNDS]     default 20000 3
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${CROSSDOCK_BUILD:-$root/build/release}
messages=${1:-20000} rounds=${2:-3} connections=16
# shellcheck source=tests/bench/server.sh
. "$root/tests/bench/server.sh"

double=
stop_double() {
  [[ -n $double ]] || return 0
  kill "$double" 2>/dev/null || true
  wait "$double" 2>/dev/null || true
  double=
}
trap 'stop_double; stop_server' EXIT

start_double() { # FAULTS...
  stop_double
  rm -f "$work/port"
  "$build/tests/doubles/mattermost/mattermost-double" --port-file "$work/port" "$@" >/dev/null &
  double=$!
  until [[ -s $work/port ]]; do sleep 0.05; done
  MM_URL=http://127.0.0.1:$(<"$work/port")
  export MM_URL MM_TOKEN=admintokenadmintokenadmint MM_TEAM=crew
}

# Posts alone: what belongs to them would be measured with them.
cat >"$work/posts.yaml" <<'YAML'
workflow: posts
source: {plugin: slack-export}
stages: [extracting, users, channels, messages, ready_export]
export:
  target: {plugin: mattermost, url: "${MM_URL}", token: "${MM_TOKEN}", team: "${MM_TEAM}"}
  types:
    user:    {workers: 2}
    channel: {workers: 2, after: [user]}
    message: {workers: 5, after: [channel], lane: channel}
YAML

export_once() { # ZIP: prints posts and milliseconds of posting
  sql -c "TRUNCATE crossdock.entity, crossdock.outcome" 2>/dev/null || true
  "$build/crossdock" run "$work/posts.yaml" --source "$1" --database "$url" --json --new \
    --log-level warn >"$work/result.json"
  jq -r '"\(.meta.messages_exported) \(.meta.durations_ms.exporting)"' "$work/result.json"
}

measure() { # COMMAND...: sets posts and ms to those of the fastest round
  local round count took
  ms=0
  for ((round = 1; round <= rounds; round++)); do
    "$@" >"$work/line"
    read -r count took <"$work/line"
    if ((ms == 0 || took < ms)); then posts=$count ms=$took; fi
  done
}
with_double() { start_double && export_once "$@"; }

"$build/tests/tools/generate_slack_export" "$work/many.zip" --messages "$messages" >/dev/null
"$build/tests/tools/generate_slack_export" "$work/one.zip" --messages "$messages" --channels 1 >/dev/null

measure with_double "$work/many.zip"
ours=$(ratio "$posts" "$ms" 1000)
measure "$build/tests/bench/post_loop" "$MM_URL" "$MM_TOKEN" crew "$connections"
bare=$(ratio "$posts" "$ms" 1000)
echo "figure export_posts $ours 1/s reference bare_cpprestsdk_loop $bare ratio $(ratio "$ours" "$bare")"

measure with_double "$work/one.zip"
one=$(ratio "$posts" "$ms" 1000)
echo "figure export_one_channel $one 1/s reference fifty_channels $ours ratio $(ratio "$one" "$ours")"

echo '{"rules": [{"method": "POST", "path": "/api/v4/posts", "fault": "latency", "ms": 20}]}' >"$work/slow.json"
rounds=1
with_latency() { start_double --faults "$work/slow.json" && export_once "$@"; }
measure with_latency "$work/many.zip"
limit=$((connections * 1000 / 20))
slow=$(ratio "$posts" "$ms" 1000)
echo "figure export_20ms_latency $slow 1/s reference connections_by_latency $limit ratio $(ratio "$slow" "$limit")"
