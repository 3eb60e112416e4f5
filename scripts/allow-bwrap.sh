#!/bin/sh
# Lets bubblewrap, and no other program, make user namespaces where AppArmor keeps ordinary users from it: on Ubuntu from
# 23.10 on, GitHub's runners among them. Does nothing elsewhere. Never fails: `grader doctor` says what is still missing.
set -u
switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
[ "$(cat "$switch" 2>/dev/null)" = 1 ] || exit 0
[ -e /etc/apparmor.d/bwrap ] && exit 0
if [ "$(id -u)" -eq 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else as="none"; fi
if [ "$as" = none ]; then
  echo "AppArmor keeps this user from making namespaces. Run this once as root: $0" >&2
  exit 0
fi
echo "Letting bubblewrap make namespaces (once): /etc/apparmor.d/bwrap"
# shellcheck disable=SC2086
$as tee /etc/apparmor.d/bwrap >/dev/null <<'PROFILE'
abi <abi/4.0>,
include <tunables/global>
profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }
PROFILE
# shellcheck disable=SC2086
$as apparmor_parser --replace --write-cache /etc/apparmor.d/bwrap || echo "AppArmor did not take the profile" >&2
exit 0
