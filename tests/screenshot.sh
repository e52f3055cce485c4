#!/bin/sh
# Pictures of a lesson's hand-out, as on a phone, on a desk and on paper. Needs Chromium; without
# it there is nothing to do, and that is fine, in CI if MAY_SKIP names it.
#
#   tests/screenshot.sh FOLDER [LESSON]
set -eu

folder=${1:?a folder for the pictures}
lesson=${2:-06-client-and-server}
root=$(cd "$(dirname "$0")/.." && pwd)
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
    echo "skipped: this machine has no chromium"
    case " ${CI:+in CI} ${MAY_SKIP:-} " in
        *" chromium "*) exit 0 ;;
        *" in CI "*) exit 1 ;;
        *) exit 0 ;;
    esac
fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
binary=${SOCKLAB:-$root/target/debug/socklab}
[ -x "$binary" ] || (cd "$root" && cargo build --quiet)
"$binary" lesson export "$lesson" --force -o "$folder/$lesson.html"

draw() {
    "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --hide-scrollbars --user-data-dir="$profile" "$@" \
        "file://$folder/$lesson.html" >/dev/null 2>"$profile/said" || {
        cat "$profile/said" >&2
        exit 1
    }
}
draw --window-size=500,1600 --screenshot="$folder/phone.png"
draw --window-size=1200,1600 --screenshot="$folder/desk.png"
draw --print-to-pdf="$folder/paper.pdf" --no-pdf-header-footer

for file in phone.png desk.png paper.pdf; do
    if [ "$(wc -c <"$folder/$file")" -lt 10000 ]; then
        echo "$file is empty" >&2
        exit 1
    fi
done
echo "drawn: phone.png, desk.png, paper.pdf"
