#!/usr/bin/env bash
# Installs the grader of this checkout, with the locked packages, into the virtual environment $1.
#
# With --light, which suffices for `grader ci publish`, without TensorFlow and Keras. Python runs isolated (-I): in a job,
# the folder that it is started in may hold files of a pull request.
set -euo pipefail
venv=$1
root=$(cd "$(dirname "$0")/.." && pwd -P)
python3 -I -m venv --clear "$venv"
python=$venv/bin/python
pip=("$python" -I -m pip --disable-pip-version-check --quiet install --constraint "$root/constraints.txt")
if [ "${2:-}" = --light ]; then
  wanted=$("$python" -I - "$root/pyproject.toml" <<'CODE'
import sys, tomllib
with open(sys.argv[1], "rb") as file:
    every = tomllib.load(file)["project"]["dependencies"]
print("\n".join(name for name in every if not name.startswith(("tensorflow", "keras"))))
CODE
  )
  "${pip[@]}" --requirement /dev/stdin <<<"$wanted"
  "${pip[@]}" --no-deps "$root"
else
  "${pip[@]}" "$root"
fi
