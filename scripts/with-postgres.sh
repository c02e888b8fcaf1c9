#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own: a fresh cluster in a temporary folder that
# listens on a socket in it, and that is gone when the command has ended.
# Usage: scripts/with-postgres.sh cargo nextest run
# The command finds it in BEDSIDE_TEST_POSTGRES. Where that is set already, it is kept.
# With BEDSIDE_POSTGRES_DURABLE=1 it waits for the disk, as one in use does.
set -euo pipefail

[ "$#" -gt 0 ] || { echo "usage: $0 COMMAND…" >&2; exit 2; }
[ -z "${BEDSIDE_TEST_POSTGRES:-}" ] || exec "$@"

bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ ! -x "$bin/initdb" ]; then
  echo "There is no PostgreSQL in /usr/lib/postgresql: run scripts/need.sh postgresql." >&2
  exit 1
fi

home=$(mktemp -d)
server=
finish() {
  trap - EXIT
  if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null || true # a fast stop
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# PostgreSQL refuses to run as root. It stops by itself should this script be killed.
as=(setpriv --pdeathsig INT)
if [ "$(id -u)" -eq 0 ]; then
  chown postgres: "$home"
  as+=(--reuid postgres --regid postgres --init-groups)
fi

log=$home/log
"${as[@]}" "$bin/initdb" -N -D "$home/data" -A trust -U bedside -E UTF8 --no-locale >"$log" 2>&1 ||
  { cat "$log" >&2; exit 1; }
# Nothing here outlives a crash, so the disk is not waited for, but where that is measured.
haste=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
[ -z "${BEDSIDE_POSTGRES_DURABLE:-}" ] || haste=()
"${as[@]}" "$bin/postgres" -D "$home/data" -c listen_addresses= \
  -c unix_socket_directories="$home" "${haste[@]}" -c max_connections=400 >>"$log" 2>&1 &
server=$!
until "$bin/pg_isready" -q -h "$home" -U bedside -d postgres; do
  kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
  sleep 0.1
done

export BEDSIDE_TEST_POSTGRES="postgres://bedside@localhost/postgres?host=$home"
"$@"
