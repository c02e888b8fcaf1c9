# A server for load tests, to be sourced by scripts that run at the root of the repository.
# start_server FOLDER starts PROGRAM (else target/debug/bedside) with its data below FOLDER, on the
# cores of `server_on` if that is set, and sets `server` (its process), `key` (an API key) and
# `url`. Whoever sources it ends the process.

program=${PROGRAM:-target/debug/bedside}
url=http://127.0.0.1:18080

start_server() {
  rm -rf "$1/data"
  mkdir -p "$1"
  # All people come from one address and all visits from one key, faster than any real ones.
  cat > "$1/bedside.toml" <<TOML
[http]
listen = "127.0.0.1:18080"
[metrics]
listen = "127.0.0.1:19464"
[media]
port = 17882
[store]
data_dir = "$1/data"
[limits]
key_per_second = 0
address_per_second = 0
[log]
level = "warn"
TOML
  key=$("$program" keys create --config "$1/bedside.toml" --name load | head -n 1)
  ${server_on:+taskset -c "$server_on"} "$program" serve --config "$1/bedside.toml" 2> "$1/server.log" &
  server=$!
  for _ in $(seq 100); do
    curl -sf http://127.0.0.1:19464/readyz > "$1/ready" && return
    sleep 0.2
  done
  echo "The server did not get ready; see $1/server.log" >&2
  return 1
}
