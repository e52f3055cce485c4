#!/usr/bin/env bash
# Runs every lesson COUNT times (200 unless told) with PROGRAM and further options of `lesson run`
# (`--shared`, `-j 2`), and stops at the first that falls short: a lesson that passes only as a rule is a
# bug. In a network namespace of its own where the system allows it,
# so that the fixed ports are free; no client is given the one above 32768, which its ended connection
# would hold for a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
count=${1:-200}
program=${2:-target/debug/socklab}
options=("${@:3}")
if [ -z "${REPEAT_INSIDE:-}" ] && unshare -rn ip link set lo up 2>/dev/null; then
    REPEAT_INSIDE=1 exec unshare -rn bash -c '
        ip link set lo up
        { echo 50000 > /proc/sys/net/ipv4/ip_local_reserved_ports; } 2> /dev/null
        exec "$0" "$@"' "$0" "$@"
fi
for round in $(seq "$count"); do
    if ! shown=$("$program" lesson run --all "${options[@]}"); then
        printf '%s\nround %s of %s fell short\n' "$shown" "$round" "$count" >&2
        exit 1
    fi
done
echo "$count rounds, every lesson passed each time"
