# SPDX-License-Identifier: MIT
# Read in by tests of commands that look at the machine: TAP lines, a folder, what the program said.

program=$(pwd)/ipcscope
number=0

tmp=$(mktemp -d) || { echo 'Bail out! no temporary folder'; exit 1; }
chmod 755 "$tmp"
# What a test starts is ended by number, what it makes by id.
children=
objects=
clean_up()
{
	for child in $children; do
		kill -KILL "$child" 2>/dev/null && kill -CONT "$child" 2>/dev/null
	done
	for object in $objects; do
		ipcrm $(echo "$object" | sed 's/^\(.\):/-\1 /') 2>/dev/null
	done
	rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# result NAME PROBLEM: a TAP line that fails when there is a PROBLEM; shows what was printed.
result()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# $2"
		[ ! -f "$tmp/out" ] || head -40 "$tmp/out" | sed 's/^/# out: /'
		[ ! -f "$tmp/err" ] || sed 's/^/# err: /' "$tmp/err"
	fi
}

skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# scope STATUS ARGUMENT...: runs the program; sets problem when its status is another.
scope()
{
	wanted=$1
	shift
	timeout 60 "$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	problem=
	[ "$status" -eq "$wanted" ] || problem="exit status $status instead of $wanted"
}

# says FILE TEXT, matches FILE PATTERN, is_empty FILE: a problem when FILE does not hold it, or anything.
says()
{
	[ -n "$problem" ] || grep -qF -e "$2" "$tmp/$1" || problem="$1 does not say: $2"
}

matches()
{
	[ -n "$problem" ] || grep -qE -e "$2" "$tmp/$1" || problem="$1 has no line like: $2"
}

is_empty()
{
	[ -n "$problem" ] || [ ! -s "$tmp/$1" ] || problem="$1 is not empty"
}

# is_harmless FILE: no control character but the newline. is_tidy FILE: nor a line wider than 80 columns.
is_harmless()
{
	[ -n "$problem" ] || [ "$(LC_ALL=C tr -d '\n -~\200-\377' <"$tmp/$1" | wc -c)" -eq 0 ] ||
		problem="control characters in $1"
}

is_tidy()
{
	is_harmless "$1"
	[ -n "$problem" ] || ! LC_ALL=C grep -E '^[ -~]{81,}$' "$tmp/$1" >/dev/null || problem="a line of $1 is too wide"
}

# eventually COMMAND...: waits until it is true, at most 20 s.
eventually()
{
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 400 ] || { problem="never: $*"; return 1; }
		sleep 0.05
	done
}

# has_state PID LETTER: a condition for it.
has_state()
{
	[ "$(awk '/^State:/ { print $2 }' "/proc/$1/status" 2>/dev/null)" = "$2" ]
}

# json FILE EXPRESSION: a problem when a line of it is no JSON object, or the Python EXPRESSION about the list
# `lines` is not true.
json()
{
	[ -z "$problem" ] || return
	python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
assert all(isinstance(o, dict) for o in lines)
assert eval(sys.argv[2]), sys.argv[2]
' "$tmp/$1" "$2" 2>"$tmp/json" || problem="no such JSON: $(tail -1 "$tmp/json")"
}

# other_user COMMAND...: as an ordinary user; can_be_other: whether that can be had, and he may run the program.
can_be_other()
{
	[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1 && other_user test -x "$program" 2>/dev/null
}

other_user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
