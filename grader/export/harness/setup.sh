#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: the sandbox, Python with its packages, and the data.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
home=${AUTOGRADER:-/autograder}
export DEBIAN_FRONTEND=noninteractive CNN_GRADER_CACHE="$home/cache" PYTHONPATH="$source/package"

apt-get update -qq
apt-get install -y -qq bubblewrap libseccomp2

make_environment() {
  for python in python3.13 python3.12 python3.11 python3; do
    command -v "$python" >/dev/null || continue
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || continue
    if "$python" -m venv --clear "$home/venv" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}
if ! make_environment; then
  for version in 3.12 3.11; do
    if apt-get install -y -qq "python$version" "python$version-venv" && make_environment; then break; fi
  done
fi
"$home/venv/bin/python" -m pip install --quiet --no-cache-dir --requirement "$source/requirements.txt"
"$home/venv/bin/python" "$source/grade_submission.py" --get-ready
