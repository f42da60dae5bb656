# Sourced by benchmark scripts: a directory $work and a PostgreSQL of its own, durable as by default,
# both gone at the end. As root the server runs as postgres.
# shellcheck shell=bash

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
work=$(mktemp -d)
chmod 755 "$work"
as_server() { if [[ $EUID = 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
stop_server() {
  as_server "$bin/pg_ctl" -D "$work/data/cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop_server EXIT
mkdir "$work/data"
[[ $EUID != 0 ]] || chown postgres "$work/data"
as_server "$bin/initdb" -D "$work/data/cluster" -U bench -A trust --locale=C.UTF-8 >/dev/null
as_server "$bin/pg_ctl" -D "$work/data/cluster" -w -l "$work/data/log" \
  -o "-k $work/data -c listen_addresses= -c max_wal_size=4GB" start >/dev/null
url="host=$work/data user=bench dbname=postgres"
sql() { PGOPTIONS="-c client_min_messages=warning" psql -h "$work/data" -U bench -d postgres -qAtX -v ON_ERROR_STOP=1 "$@"; }
ratio() { awk -v a="$1" -v b="$2" -v times="${3:-1}" 'BEGIN {printf "%.2f", a * times / b}'; }
