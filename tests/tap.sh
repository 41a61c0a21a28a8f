# SPDX-License-Identifier: MIT
# What test scripts share, read by each: where the lessons are, a folder of its own, results as TAP.

lessons=${IPCSCOPE_LESSONS:-${srcdir:-.}/lessons}
IPCSCOPE_LESSONS=$lessons
export IPCSCOPE_LESSONS
number=0

tmp=$(mktemp -d) || { echo 'Bail out! no temporary folder'; exit 1; }
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# report NAME TEXT: a TAP line that fails when there is TEXT.
report()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# list_lessons: all that there are, one a line, into $tmp/list; ends the script when there is none.
list_lessons()
{
	find -H "$lessons" -name '*.lesson' -type f | LC_ALL=C sort >"$tmp/list"
	if [ ! -s "$tmp/list" ]; then
		echo '1..0 # SKIP there are no lessons'
		exit 0
	fi
}
