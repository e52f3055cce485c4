#!/usr/bin/env bash
# The tests on other machines than this one, made with namespaces: an ordinary user, another TMPDIR,
# no IPv6, no user namespaces, no Python or another one, busy processors. Prints a table of what
# came of them; what was left out for want of something is named, and must be what the machine lacks.
#
#     tests/on-other-machines.sh            all conditions
#     tests/on-other-machines.sh ipv6       those whose names have the word
#     PARTS="unit" tests/on-other-machines.sh   only these of: unit conformance integration
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
word=${1-}
parts=${PARTS-unit conformance integration}
threads=${RUST_TEST_THREADS-4}
export -n CI MAY_SKIP
# What any machine may lack is named in one place.
may_lack=$(sed -n 's/^export MAY_SKIP=${MAY_SKIP-\(.*\)}$/\1/p' .ci/run)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The programs that cargo made of the tests, as "unit=PATH" and so on.
declare -A program
while read -r kind path; do
    case $kind in
    src/lib.rs) program[unit]=$path ;;
    tests/conformance/main.rs) program[conformance]=$path ;;
    tests/integration/main.rs) program[integration]=$path ;;
    tests/what_was_skipped/main.rs) program[skipped]=$path ;;
    esac
done < <(cargo test --no-run --locked 2>&1 | tee "$work/build" |
    sed -nE 's/^ *Executable (unittests )?([^ ]+) \((.*)\)$/\2 \3/p')
if [ "${#program[@]}" -ne 4 ]; then
    cat "$work/build" >&2
    exit 2
fi

failures=0
# condition NAME PARTS LACKS COMMAND...: runs these parts by COMMAND PROGRAM ARGUMENTS...; nothing may be
# left out but for want of what is in LACKS.
condition() {
    local name=$1 wanted=$2 lacks=$3 part log outcome=passed began=$SECONDS passed=0 left=0
    shift 3
    case $name in *"$word"*) ;; *) return ;; esac
    wanted=$(for part in $wanted; do [[ " $parts " != *" $part "* ]] || echo "$part"; done)
    [ -n "$wanted" ] || return
    for part in $wanted; do
        log=$work/${name// /-}.$part
        # One parent for all programs of a condition: by its number they find each other's notes.
        "$@" bash -c '"$1" --test-threads "$3"; code=$?; "$2"; exit $code' bash \
            "$PWD/${program[$part]#"$PWD"/}" "$PWD/${program[skipped]#"$PWD"/}" "$threads" >"$log" 2>&1 </dev/null ||
            outcome="FAILED ($part)"
        passed=$((passed + $(sed -nE 's/^test result: .* ([0-9]+) passed.*/\1/p' "$log" | awk '{ sum += $1 } END { print sum + 0 }')))
        left=$((left + $(grep -c '^  [a-z_:]*$' "$log")))
        while read -r what; do
            case " $lacks $may_lack " in
            *" $what "*) ;;
            *) outcome="FAILED ($part leaves out what needs $what)" ;;
            esac
        done < <(sed -n 's/^Left out.* has no \(.*\):$/\1/p' "$log")
        case $outcome in FAILED*) grep -E '^(test .*FAILED|thread .*panicked)' "$log" >&2 || tail -n 20 "$log" >&2 ;; esac
    done
    [ "$outcome" = passed ] || failures=$((failures + 1))
    printf '| %s | %s | %s | %s | %s s |\n' "$name" "$outcome" "$passed" "$left" $((SECONDS - began))
}

# A shell in which a condition is made before the tests begin.
within() { unshare -rn bash -c 'ip link set lo up; eval "$1"; shift; exec "$@"' bash "$@"; }
# As a user with no rights, to whom the tree belongs.
as_user() { env HOME="$work" unshare --user --map-user=1000 --map-group=1000 "$@"; }
without_ipv6() { within 'echo 1 | tee /proc/sys/net/ipv6/conf/{all,lo,default}/disable_ipv6 >/dev/null' "$@"; }
without_namespaces() { within 'echo 0 >/proc/sys/user/max_user_namespaces' "$@"; }
# The only namespace that is left is the one that makes a user of root.
without_anything() {
    without_ipv6 bash -c 'echo 1 >/proc/sys/user/max_user_namespaces; exec "$@"' bash \
        env HOME="$work" unshare --user --map-user=1000 --map-group=1000 "$@"
}
# With a PATH in which no program is called python3.
without_python() {
    mkdir -p "$work/bin"
    local folder file
    for folder in ${PATH//:/ }; do
        for file in "$folder"/*; do
            case ${file##*/} in python*) ;; *) [ -e "$work/bin/${file##*/}" ] || ln -sf "$file" "$work/bin/" ;; esac
        done
    done
    PATH="$work/bin" "$@"
}
busy() {
    local hogs=() count
    for count in $(seq $((2 * $(nproc)))); do
        (while :; do :; done) &
        hogs+=($!)
    done
    "$@"
    count=$?
    kill "${hogs[@]}"
    wait "${hogs[@]}" 2>/dev/null
    return "$count"
}

echo '| machine | outcome | passed | left out | took |'
echo '|---|---|---:|---:|---:|'
all="unit conformance integration"
condition 'an ordinary user' "$all" "" as_user
condition 'TMPDIR with a blank' "$all" "" env TMPDIR="$(mkdir -p "$work/a b" && echo "$work/a b")"
condition 'no ipv6' "$all" "ipv6" without_ipv6
condition 'no user namespaces' "$all" "namespaces" without_namespaces
condition 'all of it at once' "$all" "ipv6 namespaces python3" without_python without_anything
condition 'no python' "unit conformance" "python3" without_python
for python in "$HOME"/.pyenv/versions/3.* /usr/bin; do
    [ -x "$python/bin/python3" ] && python=$python/bin
    [ -x "$python/python3" ] || continue
    version=$("$python/python3" -c 'import platform; print(platform.python_version())')
    lacks=""
    case $version in 3.[0-8].*) lacks=python3 ;; esac
    condition "python $version" "conformance" "$lacks" env PATH="$python:$PATH"
done
condition 'busy processors' "unit integration" "" busy
exit $((failures > 0))
