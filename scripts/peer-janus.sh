#!/usr/bin/env bash
# Starts Janus from Debian's package on this machine, with VideoRoom over its WebSocket on port
# 18188 and nothing else, and plays a script of the load tester to it and then to Bedside.
# Usage: scripts/peer-janus.sh [SCRIPT] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh janus

script=${1:-four}
runs=${2:-1}
program=target/debug/bedside
out=$PWD/target/peers
rm -rf "$out"
mkdir -p "$out/janus"
plugins=$(dirname "$(find /usr/lib -name libjanus_videoroom.so -print -quit)")
transports=$(dirname "$(find /usr/lib -name libjanus_websockets.so -print -quit)")

cat > "$out/janus/janus.jcfg" <<JCFG
general: {
  configs_folder = "$out/janus"
  plugins_folder = "$plugins"
  transports_folder = "$transports"
  debug_level = 2
  session_timeout = 60
}
media: { rtp_port_range = "20000-29999" }
plugins: { disable = "libjanus_audiobridge.so,libjanus_echotest.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_sipre.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so,libjanus_lua.so,libjanus_duktape.so" }
transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_rabbitmqevh.so" }
JCFG
cat > "$out/janus/janus.transport.websockets.jcfg" <<'JCFG'
general: { ws = true, ws_port = 18188, ws_ip = "127.0.0.1", wss = false }
JCFG
echo 'general: {}' > "$out/janus/janus.plugin.videoroom.jcfg"

janus -C "$out/janus/janus.jcfg" -F "$out/janus" > "$out/janus.log" 2>&1 &
janus=$!
cat > "$out/bedside.toml" <<TOML
[http]
listen = "127.0.0.1:18080"
[metrics]
listen = "127.0.0.1:19464"
[media]
port = 17882
[store]
data_dir = "$out/data"
[limits]
key_per_second = 0
address_per_second = 0
[log]
level = "warn"
TOML
key=$("$program" keys create --config "$out/bedside.toml" --name peers | head -n 1)
"$program" serve --config "$out/bedside.toml" 2> "$out/bedside.log" &
bedside=$!
trap 'kill "$janus" "$bedside" 2>/dev/null || true; wait' EXIT
for _ in $(seq 100); do
  curl -sf http://127.0.0.1:19464/readyz > /dev/null && break
  sleep 0.2
done
sleep 2

# In turn, so that what else the machine does meets both.
for run in $(seq "$runs"); do
  echo "== Janus, run $run"
  "$program" loadtest --peer janus --server http://127.0.0.1:18188 --pid "$janus" \
    --script "$script" --out "$out/janus-$run" || true
  echo "== Bedside, run $run"
  BEDSIDE_KEY=$key "$program" loadtest --server http://127.0.0.1:18080 --pid "$bedside" \
    --script "$script" --out "$out/bedside-$run" || true
done
