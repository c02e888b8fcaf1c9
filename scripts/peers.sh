#!/usr/bin/env bash
# The same visits at Janus (Debian's package: VideoRoom over its WebSocket, nothing else) and at
# Bedside, in turn, so that what else the machine does meets both: target/peers. Either server has
# the first core, the people the others.
# Usage: scripts/peers.sh SCRIPT RUNS
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh janus curl jq
. scripts/server.sh

script=${1:-four}
runs=${2:-1}
server_on=0
people_on=0
[ "$(nproc)" -gt 1 ] && people_on=1-$(($(nproc) - 1))
out=$PWD/target/peers
mkdir -p "$out/janus"
folder() { dirname "$(find /usr/lib -name "$1" -print -quit)"; }

cat > "$out/janus/janus.jcfg" <<JCFG
general: {
  configs_folder = "$out/janus"
  plugins_folder = "$(folder libjanus_videoroom.so)"
  transports_folder = "$(folder libjanus_websockets.so)"
  debug_level = 2
}
media: { rtp_port_range = "20000-29999" }
plugins: { disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so" }
transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so" }
JCFG
cat > "$out/janus/janus.transport.websockets.jcfg" <<'JCFG'
general: { ws = true, ws_port = 18188, ws_ip = "127.0.0.1", wss = false }
JCFG
echo 'general: {}' > "$out/janus/janus.plugin.videoroom.jcfg"

taskset -c "$server_on" janus -C "$out/janus/janus.jcfg" -F "$out/janus" > "$out/janus.log" 2>&1 &
janus=$!
trap 'kill "$janus" "${server:-$janus}" 2>/dev/null || true; wait || true' EXIT
start_server "$out"

for run in $(seq "$runs"); do
  echo "== Janus, run $run"
  taskset -c "$people_on" "$program" loadtest --peer janus --server http://127.0.0.1:18188 --pid "$janus" \
    --script "$script" --out "$out/janus-$run" || true
  echo "== Bedside, run $run"
  BEDSIDE_KEY=$key taskset -c "$people_on" "$program" loadtest --server "$url" --pid "$server" \
    --script "$script" --out "$out/bedside-$run" || true
done

medians() {
  jq -rs --arg who "$1" '
    map(.rows) | transpose[] | select(.[0].name | test("server|pairs|forwarded")) |
    (map(.value) | map(select(. != null)) | sort) as $values | select($values | length > 0) |
    "\($who)\t\($values[$values | length / 2 | floor])\t\(.[0].unit)\t\(.[0].name)"' \
    "$out/$1"-*/report.json
}
echo "== Medians of $runs"
{ medians janus; medians bedside; } | column -t -s "$(printf '\t')"
