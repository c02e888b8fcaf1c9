#!/usr/bin/env bash
# Lives through ten visits a second against a server of its own, for so many minutes, and tells
# whether anything grows or is left over: target/soak/report.html and report.json.
# Usage: scripts/soak.sh MINUTES
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-60}
program=target/debug/bedside
out=target/soak
rm -rf "$out/data"
mkdir -p "$out"

# All people come from one address and all visits from one key, faster than any real ones.
cat > "$out/bedside.toml" <<'TOML'
[http]
listen = "127.0.0.1:18080"
[metrics]
listen = "127.0.0.1:19464"
[media]
port = 17882
[store]
data_dir = "target/soak/data"
[limits]
key_per_second = 0
address_per_second = 0
[log]
level = "warn"
TOML

key=$("$program" keys create --config "$out/bedside.toml" --name soak | head -n 1)
"$program" serve --config "$out/bedside.toml" 2> "$out/server.log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  curl -sf http://127.0.0.1:19464/readyz > /dev/null && break
  sleep 0.2
done

soak() {
  BEDSIDE_KEY=$key "$program" loadtest --script soak --server http://127.0.0.1:18080 \
    --pid "$server" "$@"
}

# A server that has never worked has not opened all it keeps: the soak begins after a little work.
echo "== Warming up"
soak --seconds 30 --out "$out/warm-up" || true
echo "== Soak of $minutes minutes"
soak --seconds $((minutes * 60)) --out "$out"
