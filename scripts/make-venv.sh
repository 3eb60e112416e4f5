#!/bin/sh
# Makes the virtual environment in $1 and installs the locked packages, the project and its development tools into it.
# Takes the first Python of 3.11 or newer that can make one; where the venv module is missing, installs it through apt.
set -eu
venv=$1

try() {
  for python in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue
    found=$python
    if "$python" -m venv --clear "$venv" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

found=""
if ! try; then
  as="none"
  if [ "$(id -u)" -eq 0 ]; then as=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as="sudo"; fi
  if [ "$as" != "none" ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing python3-venv (once)"
    $as apt-get update -qq && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >/dev/null
  fi
  if ! try; then
    echo "No Python from 3.11 to 3.13 here can make a virtual environment (TensorFlow has none for later ones yet)." >&2
    echo "Install one with: sudo apt-get install python3 python3-venv" >&2
    exit 2
  fi
fi
echo "Setting up $venv with $found (once; TensorFlow is a large download)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "pip>=25.1"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
touch "$venv/.ready"
