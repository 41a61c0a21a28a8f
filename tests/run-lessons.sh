#!/bin/sh
# SPDX-License-Identifier: MIT
# Every lesson is a test: plays each one and asks whether the kernel did what it says, as it is and,
# where that is allowed, in namespaces of its own.
# Exit status 4 of ipcscope means that the mechanism is not available here: a skip.

. "${srcdir:-.}/tests/tap.sh"
seconds=60 # far above what any lesson needs; a hung one must not hang the suite

list_lessons

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
