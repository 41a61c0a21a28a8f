#!/bin/sh
# SPDX-License-Identifier: MIT
# Every claim of lessons/claims is judged by a lesson, all lessons that judge one agree, and none
# judges what is not listed. Reads the lessons by itself, and then asks the program for the same.

. "${srcdir:-.}/tests/tap.sh"

# verdicts FOLDER: "NUMBER VERDICT LESSON" of every claim line of the lessons that the index names.
verdicts()
{
	awk '
		{ sub(/#.*/, "") }
		/^[^ \t]/ { group = $1; next }
		{ for (i = 1; i <= NF; i++) print group "/" $i }
	' "$1/index" | while read -r lesson; do
		sed -n "s|^claim[[:space:]]*\([0-9]*\)[[:space:]]*\([a-z]*\):.*|\1 \2 $lesson|p" "$1/$lesson.lesson"
	done
}

# listed FOLDER: the numbers of its claims.
listed()
{
	sed -n 's/^\([0-9][0-9]*\)	.*/\1/p' "$1/claims"
}

# missing, disputed, unlisted FOLDER: what is wrong there, one a line.
missing()
{
	verdicts "$1" | cut -d' ' -f1 | sort -u >"$tmp/judged"
	listed "$1" | sort -u | comm -23 - "$tmp/judged" | sort -n | sed 's/^/no lesson judges claim /'
}

disputed()
{
	verdicts "$1" | awk '
		($1 in verdict) && verdict[$1] != $2 {
			print "claim " $1 " is " verdict[$1] " in " by[$1] ", " $2 " in " $3
		}
		!($1 in verdict) { verdict[$1] = $2; by[$1] = $3 }
	'
}

unlisted()
{
	listed "$1" >"$tmp/listed"
	verdicts "$1" | awk -v file="$tmp/listed" '
		BEGIN { while ((getline line < file) > 0) known[line] = 1 }
		!($1 in known) { print "there is no claim " $1 ", judged by " $3 }
	'
}

# The checks themselves must be able to fail.
mkdir -p "$tmp/self/a"
printf 'a A\n\tone two # three\n' >"$tmp/self/index"
printf '# comment\n1\tA claim\n2\tAnother\n4\tA fourth\n' >"$tmp/self/claims"
printf 'claim   1 true: x\n        claim 4 true: goes on\nclaim 3 false: x\n' >"$tmp/self/a/one.lesson"
printf 'say x\nclaim 1 partly: x\nclaim[de] 2 x\n' >"$tmp/self/a/two.lesson"
found="$(missing "$tmp/self"); $(disputed "$tmp/self"); $(unlisted "$tmp/self")"
wanted='no lesson judges claim 2
no lesson judges claim 4; claim 1 is true in a/one, partly in a/two; there is no claim 3, judged by a/one'
report 'self-test: what is missing, disputed and not listed is seen' \
	"$([ "$found" = "$wanted" ] || echo "found: $found")"

report 'there are 88 claims, numbered from 1' \
	"$([ "$(listed "$lessons" | tr '\n' ' ')" = "$(seq 88 | tr '\n' ' ')" ] || echo 'lessons/claims has others')"
report 'lessons judge listed claims only' "$(unlisted "$lessons")"
report 'no two lessons disagree' "$(disputed "$lessons")"
report 'every claim is judged by a lesson' "$(missing "$lessons")"

# ---- what the program says -----------------------------------------------------------------------------

verdicts "$lessons" | sort -u -k1n,1 -k3,3 >"$tmp/verdicts"
./ipcscope list --claims --json | sed -n '
	s/^{"claim":\([0-9]*\),"verdict":"\{0,1\}\([a-z]*\)"\{0,1\},"text":"[^ ].*","lessons":\[\(.*\)\]}$/\1 \2 \3/p
' >"$tmp/told"
report 'list --claims --json: one claim a line' \
	"$([ "$(cut -d' ' -f1 "$tmp/told" | tr '\n' ' ')" = "$(seq 88 | tr '\n' ' ')" ] || cat "$tmp/told")"
tr -d '"' <"$tmp/told" | awk '{ n = split($3, l, ","); for (i = 1; i <= n; i++) print $1, $2, l[i] }' |
	sort -u -k1n,1 -k3,3 >"$tmp/told-all"
report 'list --claims has the verdicts of the lessons' "$(diff "$tmp/verdicts" "$tmp/told-all")"
./ipcscope list --claims >"$tmp/table"
report 'list --claims has each claim' \
	"$([ "$(sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p' "$tmp/table" | tr '\n' ' ')" = "$(seq 88 | tr '\n' ' ')" ] || cat "$tmp/table")"
report 'list --claims fits into 80 columns' "$(awk 'length($0) > 80' "$tmp/table")"
echo "1..$number"
