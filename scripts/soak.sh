#!/usr/bin/env bash
# Lives through ten visits a second against a server of its own, for so many minutes, and tells
# whether anything grows or is left over: target/soak/report.html and report.json.
# Usage: scripts/soak.sh MINUTES
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

minutes=${1:-60}
out=target/soak
trap 'kill "${server:-}" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
start_server "$out"

soak() {
  BEDSIDE_KEY=$key "$program" loadtest --script soak --server "$url" --pid "$server" "$@"
}

# A server that has never worked has not opened all it keeps: the soak begins after a little work.
echo "== Warming up"
soak --seconds 30 --out "$out/warm-up" || true
echo "== Soak of $minutes minutes"
soak --seconds $((minutes * 60)) --out "$out"
