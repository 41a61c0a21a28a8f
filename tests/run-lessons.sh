#!/bin/sh
# SPDX-License-Identifier: MIT
# Every lesson is a test: plays each one and asks whether the kernel did what it says, as it is and,
# where that is allowed, in namespaces of its own.
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

# play OPTION: every lesson with it.
play()
{
	while IFS= read -r file; do
		number=$((number + 1))
		name=${file#"$lessons"/}
		name=${name%.lesson}${1:+ $1}
		timeout "$seconds" ./ipcscope run -q $1 "$file" </dev/null >"$tmp/out" 2>"$tmp/err"
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
}

number=0
play ''
echo 'lesson  Nothing' >"$tmp/nothing.lesson"
./ipcscope run -q --isolate "$tmp/nothing.lesson" </dev/null >"$tmp/out" 2>"$tmp/err"
if [ $? -eq 4 ]; then
	number=$((number + 1))
	echo "ok $number - isolated # SKIP $(tr '\n#' '  ' <"$tmp/err")"
else
	play --isolate
fi
echo "1..$number"
