#!/bin/sh
# SPDX-License-Identifier: MIT
# Every lesson is a test: plays each one and asks whether the kernel did what it says.
# Exit status 4 of ipcscope means that the mechanism is not available here: a skip.

lessons=${IPCSCOPE_LESSONS:-${srcdir:-.}/lessons}
IPCSCOPE_LESSONS=$lessons
export IPCSCOPE_LESSONS
seconds=60 # far above what any lesson needs; a hung one must not hang the suite

tmp=$(mktemp -d) || { echo 'Bail out! no temporary folder'; exit 1; }
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

find -H "$lessons" -name '*.lesson' -type f | LC_ALL=C sort >"$tmp/list"
if [ ! -s "$tmp/list" ]; then
	echo '1..0 # SKIP there are no lessons'
	exit 0
fi

number=0
while IFS= read -r file; do
	number=$((number + 1))
	name=${file#"$lessons"/}
	name=${name%.lesson}
	timeout "$seconds" ./ipcscope run -q "$file" </dev/null >"$tmp/out" 2>"$tmp/err"
	status=$?
	case $status in
	0) echo "ok $number - $name" ;;
	4) echo "ok $number - $name # SKIP $(tr '\n#' '  ' <"$tmp/err")" ;;
	*)
		echo "not ok $number - $name"
		[ "$status" -ne 124 ] || echo "# took more than $seconds seconds"
		echo "# exit status $status"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		;;
	esac
done <"$tmp/list"
echo "1..$number"
