#!/bin/sh
# SPDX-License-Identifier: MIT
# A trace is a lesson: what a run of each lesson prints, saved, is played again and must go as it
# says, and its trace once more.

. "${srcdir:-.}/tests/tap.sh"

list_lessons

while IFS= read -r file; do
	number=$((number + 1))
	name=${file#"$lessons"/}
	name=${name%.lesson}
	timeout 60 ./ipcscope run "$file" </dev/null >"$tmp/first.lesson" 2>"$tmp/err"
	case $? in
	0) ;;
	4)
		echo "ok $number - $name # SKIP $(tr '\n#' '  ' <"$tmp/err")"
		continue
		;;
	*)
		echo "not ok $number - $name"
		echo '# the lesson itself does not go as it says'
		sed 's/^/# /' "$tmp/err"
		continue
		;;
	esac
	from=first
	for to in second third; do
		timeout 60 ./ipcscope run "$tmp/$from.lesson" </dev/null >"$tmp/$to.lesson" 2>"$tmp/err" || break
		from=$to
	done
	if [ $from = third ]; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed "s|^$tmp/||; s/^/# /" "$tmp/err"
		sed 's/^/# | /' "$tmp/$from.lesson"
	fi
done <"$tmp/list"
echo "1..$number"
