#!/bin/sh
# Sees to it that bubblewrap is there: installs it through apt where that is possible, and says what to do where not.
set -u
command -v bwrap >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" -eq 0 ]; then run=""; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo"; else run="none"; fi
  if [ "$run" != "none" ]; then
    echo "Installing bubblewrap, the sandbox (once)"
    $run apt-get update -qq && $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap >/dev/null
  fi
fi
if ! command -v bwrap >/dev/null 2>&1; then
  echo "bubblewrap, the sandbox, is missing and could not be installed here: sudo apt-get install bubblewrap" >&2
fi
exit 0
