#!/usr/bin/env bash
# Tries the API with what its own document says can be sent, and with what it says cannot: no
# answer may be a 5xx, and none may be one that the document does not know.
# Usage: scripts/schemathesis.sh [EXAMPLES]   (for each operation; SEED=7 for the same again)
# Needs target/debug/bedside and target/schemathesis; `make schemathesis` sees to both.
set -euo pipefail
cd "$(dirname "$0")/.."

examples=${1:-15}
venv=$PWD/target/schemathesis

home=$(mktemp -d)
server=
finish() {
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

bedside=$PWD/target/debug/bedside
key=$("$bedside" keys create --name schemathesis --tenant clinic --scope admin \
  --data-dir "$home/data" | grep -o 'vk_[A-Za-z0-9_-]*' | head -n 1)
# Its limits would answer 429 to a test that asks as fast as it can.
BEDSIDE__LIMITS__KEY_PER_SECOND=0 BEDSIDE__LIMITS__ADDRESS_PER_SECOND=0 \
"$bedside" serve --http 127.0.0.1:0 --metrics 127.0.0.1:0 --media-port 0 --log warn \
  --data-dir "$home/data" >"$home/said" 2>"$home/log" &
server=$!
until address=$(grep -o 'listens on [0-9.:]*[0-9]' "$home/said"); do
  kill -0 "$server" 2>/dev/null || { cat "$home/log" >&2; exit 1; }
  sleep 0.1
done
url=http://${address#listens on }

# A first visit, so that there is something to list.
curl -sSf -o "$home/visit" "$url/v1/visits" \
  -H "Authorization: Bearer $key" -H "Content-Type: application/json" \
  -d '{"duration_minutes":30,"participants":[{"role":"patient","display_name":"Maria"}]}'

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
# It leaves notes of its own where it stands.
cd "$home"
"$venv/bin/st" run "$url/v1/openapi.json" --checks "$checks" --header "Authorization: Bearer $key" \
  --phases examples,coverage,fuzzing,stateful --max-examples "$examples" --seed "${SEED:-1}" \
  --generation-database none --no-shrink --continue-on-failure --request-timeout 30 \
  --suppress-health-check all --warnings off --no-color || failed=$?
if grep -q ' ERROR ' "$home/log"; then
  echo "The server's log has errors:" >&2
  grep ' ERROR ' "$home/log" >&2
  failed=1
fi
exit "${failed:-0}"
