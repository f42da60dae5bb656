#!/usr/bin/env bash
# Import of N messages (archive → staged rows, fsync on) against the floor: the same rows sent by
# `psql \copy` into the same, equally indexed table on the same server. Best of the rounds of each.
#
#   bench_import.sh [MESSAGES] [ROUNDS]     default 100000 3
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${CROSSDOCK_BUILD:-$root/build/release}
messages=${1:-100000} rounds=${2:-3}
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
work=$(mktemp -d)
chmod 755 "$work"
as_server() { if [[ $EUID = 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
stop() {
  as_server "$bin/pg_ctl" -D "$work/data/cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT
mkdir "$work/data"
[[ $EUID != 0 ]] || chown postgres "$work/data"
as_server "$bin/initdb" -D "$work/data/cluster" -U bench -A trust --locale=C.UTF-8 >/dev/null
as_server "$bin/pg_ctl" -D "$work/data/cluster" -w -l "$work/data/log" \
  -o "-k $work/data -c listen_addresses= -c max_wal_size=4GB" start >/dev/null
sql() { psql -h "$work/data" -U bench -d postgres -qAtX -v ON_ERROR_STOP=1 "$@"; }
url="host=$work/data user=bench dbname=postgres"

"$build/tests/tools/generate_slack_export" "$work/export.zip" --messages "$messages" >/dev/null
ours=0 floor=0 memory=0
columns="scope_id, type, external_id, job_id, lane, group_seq, seq, status, raw, refs"
for ((round = 1; round <= rounds; round++)); do
  "$build/crossdock" run slack-to-mattermost-bundle --source "$work/export.zip" --output "$work/out" \
    --database "$url" --json --new >"$work/result.json" 2>/dev/null &
  program=$!
  while [[ -r /proc/$program/status ]]; do
    peak=$(awk '/VmHWM/ {print $2}' "/proc/$program/status" 2>/dev/null || true)
    ((${peak:-0} <= memory)) || memory=$peak
    sleep 0.2
  done
  wait "$program"
  took=$(jq '.meta.durations_ms | .extracting + .users + .channels + .messages' "$work/result.json")
  ((ours == 0 || took < ours)) && ours=$took
  job=$(jq .job_id "$work/result.json")
  sql -c "\\copy (SELECT $columns FROM crossdock.entity WHERE job_id = $job ORDER BY id) TO '$work/rows'"
  sql -c "DROP TABLE IF EXISTS floor; CREATE TABLE floor (LIKE crossdock.entity INCLUDING ALL)"
  began=$(date +%s%3N)
  sql -c "\\copy floor ($columns) FROM '$work/rows'"
  took=$(($(date +%s%3N) - began))
  ((floor == 0 || took < floor)) && floor=$took
  sql -c "TRUNCATE crossdock.entity"
done
rows=$(wc -l <"$work/rows")
ratio=$(awk -v a="$ours" -v b="$floor" 'BEGIN {printf "%.2f", a / b}')
echo "figure import_${messages} $ours ms reference psql_copy_of_${rows}_rows $floor ratio $ratio"
echo "figure import_${messages}_peak_memory $((memory / 1024)) MiB reference limit 300 ratio $(awk -v m="$memory" 'BEGIN {printf "%.2f", m / 1024 / 300}')"
