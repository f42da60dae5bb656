#!/usr/bin/env bash
# Import of N messages (archive → staged rows, fsync on) against the floor: the same rows sent by
# `psql \copy` into the same, equally indexed table on the same server. Best of the rounds of each.
# Then once with ten times as many: growth per row, and peak memory.
#
#   bench_import.sh [MESSAGES] [ROUNDS] [TIMES]     default 100000 3 10; TIMES 1: no growth
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${CROSSDOCK_BUILD:-$root/build/release}
messages=${1:-100000} rounds=${2:-3} times=${3:-10}
# shellcheck source=tests/bench/server.sh
. "$root/tests/bench/server.sh"
columns="scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs"

import() { # EXPORT: sets ours (ms), rows, job, memory (KiB)
  local program peak
  "$build/crossdock" run slack-to-mattermost-bundle --source "$1" --output "$work/out" \
    --database "$url" --json --new >"$work/result.json" 2>/dev/null &
  program=$!
  while [[ -r /proc/$program/status ]]; do
    peak=$(awk '/VmHWM/ {print $2}' "/proc/$program/status" 2>/dev/null || true)
    ((${peak:-0} <= memory)) || memory=$peak
    sleep 0.2
  done
  wait "$program"
  ours=$(jq '.meta.durations_ms | .extracting + .users + .channels + .messages' "$work/result.json")
  job=$(jq .job_id "$work/result.json")
  rows=$(sql -c "SELECT count(*) FROM crossdock.entity WHERE job_id = $job")
}

floor_of_job() { # sets took (ms)
  local began
  sql -c "\\copy (SELECT $columns FROM crossdock.entity WHERE job_id = $job ORDER BY id) TO '$work/rows'"
  sql -c "DROP TABLE IF EXISTS public.floor; CREATE TABLE public.floor (LIKE crossdock.entity INCLUDING ALL)"
  began=$(date +%s%3N)
  sql -c "\\copy public.floor ($columns) FROM '$work/rows'"
  took=$(($(date +%s%3N) - began))
  rm "$work/rows"
}

figure_of_memory() { # NAME
  echo "figure $1 $((memory / 1024)) MiB reference limit 300 ratio $(ratio $((memory / 1024)) 300)"
}

best=0 floor=0 memory=0
"$build/tests/tools/generate_slack_export" "$work/export.zip" --messages "$messages" >/dev/null
for ((round = 1; round <= rounds; round++)); do
  import "$work/export.zip"
  ((best == 0 || ours < best)) && best=$ours
  floor_of_job
  ((floor == 0 || took < floor)) && floor=$took
  sql -c "TRUNCATE crossdock.entity, crossdock.outcome"
done
echo "figure import_${messages} $best ms reference psql_copy_of_${rows}_rows $floor ratio $(ratio "$best" "$floor")"
figure_of_memory "import_${messages}_peak_memory"
((times > 1)) || exit 0

small_rows=$rows memory=0
"$build/tests/tools/generate_slack_export" "$work/export.zip" --messages $((messages * times)) >/dev/null
import "$work/export.zip"
floor_of_job
name=import_$((messages * times))
echo "figure $name $ours ms reference psql_copy_of_${rows}_rows $took ratio $(ratio "$ours" "$took")"
per_row=$(ratio "$ours" "$rows" 1000) small_per_row=$(ratio "$best" "$small_rows" 1000)
echo "figure ${name}_per_row $per_row us reference with_${messages}_messages $small_per_row ratio $(ratio "$per_row" "$small_per_row")"
figure_of_memory "${name}_peak_memory"
