#!/usr/bin/env bash
# Installs the named programs with apt-get where they are missing; does nothing otherwise.
# Usage: scripts/need.sh cmake nasm
set -euo pipefail

# Whether a program is there; Debian keeps PostgreSQL's beside the path, by version,
# leaves out of Python what makes an environment of its own, and a library is told by its header.
has() {
  case $1 in
    postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
    python3-venv) python3 -c 'import ensurepip' 2>/dev/null ;;
    libvpx-dev) compgen -G '/usr/include/vpx/vpx_decoder.h' >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
for program in "$@"; do
  has "$program" || missing+=("$program")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "Please install these first, then run make again: ${missing[*]}" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  echo "Installing ${missing[*]} with apt-get; sudo may ask for your password."
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
