#!/bin/sh
# Runs a command as an ordinary user: scripts/as-ordinary-user.sh COMMAND...
#
# For root, on a machine where the interpreter may lie where others may not look (such as /root). In a mount namespace of
# its own, which ends with the command, the checkout and the interpreter's folders are shown with their parents made
# passable; nothing of the machine itself is changed. Who is no root just runs the command.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd -P)
if [ "$(id -u)" -ne 0 ]; then cd "$here"; exec "$@"; fi
if [ "${GRADER_AS_USER:-}" != inside ]; then
  GRADER_AS_USER=inside exec unshare --mount --propagation private -- "$0" "$@"
fi
python=$here/.venv/bin/python
base=$("$python" -c 'import sys; print(sys.base_prefix)')
prefix=$("$python" -c 'import sys; print(sys.prefix)')
for stage in /mnt /media /srv; do # a folder that nothing of ours needs, covered in our own view alone
  case "$here:$base:$prefix" in *"$stage/"*) ;; *) break ;; esac
done
mount -t tmpfs -o mode=755 tmpfs "$stage"

# Each top folder of ours that others may not pass becomes an empty one that shows our folders alone.
for folder in "$here" "$base" "$prefix"; do
  passable=yes
  path=$folder
  while [ "$path" != / ]; do
    case $(stat -c %A "$path") in *x | *t) ;; *) passable=no ;; esac
    path=$(dirname "$path")
  done
  [ "$passable" = yes ] && continue
  top=/$(echo "$folder" | cut -d/ -f2)
  mkdir -p "$stage$folder"
  mount --bind "$folder" "$stage$folder"
  echo "$top" >>"$stage/tops"
done
if [ -e "$stage/tops" ]; then
  sort -u "$stage/tops" | while read -r top; do mount --rbind "$stage$top" "$top"; done
fi
# Its own place for temporary files and caches, and a checkout into which tests may write caches without touching ours.
home=$stage/home
mkdir -m 700 "$home" "$home/tmp"
chown -R 65534:65534 "$home"
cd "$here"
exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all -- \
  env -i PATH="$prefix/bin:/usr/local/bin:/usr/bin:/bin" HOME="$home" TMPDIR="$home/tmp" LANG=C.UTF-8 \
  PYTHONDONTWRITEBYTECODE=1 "$@"
