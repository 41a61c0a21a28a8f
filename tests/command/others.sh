#!/bin/sh
# SPDX-License-Identifier: MIT
# The commands as an ordinary user against root's processes and objects: what can be known, the reason for the rest,
# how much was not visible. Also where /proc does not even list others' processes.

. "${srcdir:-.}/tests/command/common.sh"

if ! can_be_other; then
	echo '1..0 # SKIP needs root and setpriv, and a program that others may run'
	exit 0
fi
# Longer lines are wrapped.
unwrapped()
{
	tr '\n' ' ' <"$tmp/out" | tr -s ' ' >"$tmp/one"
	says one "$1"
}

python=
! command -v python3 >/dev/null 2>&1 || python=yes

# as_other STATUS ARGUMENT...: scope, by an ordinary user.
as_other()
{
	wanted=$1
	shift
	other_user timeout 60 "$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	problem=
	[ "$status" -eq "$wanted" ] || problem="exit status $status instead of $wanted"
}

# json_result NAME FILE EXPRESSION: where there is python3.
json_result()
{
	if [ -n "$python" ]; then
		json "$2" "$3"
		result "$1" "$problem"
	else
		skip "$1" 'python3 is not there'
	fi
}

# ---- root's pipeline with a stopped reader, root's queue and segment

sh -c 'echo $$ >"$0/writer"; exec cat /dev/zero' "$tmp" |
	sh -c 'echo $$ >"$0/reader"; kill -STOP $$; exec cat' "$tmp" >/dev/null &
eventually test -s "$tmp/writer"
eventually test -s "$tmp/reader"
writer=$(cat "$tmp/writer") reader=$(cat "$tmp/reader")
children="$children $writer $reader"
eventually has_state "$reader" T
eventually has_state "$writer" S

as_other 0 system
unwrapped ' could not be looked into: not permitted: needs the same user, or root '
[ -n "$problem" ] || sed -n 1,3p "$tmp/out" | grep -q 'could not be looked into' || problem='that is not said at the top'
is_empty err
is_tidy out
result 'system: how many could not be looked into, and why, at the top' "$problem"

as_other 0 system -p "$writer"
matches out 'could not be looked into: not permitted'
[ -n "$problem" ] || ! grep -E '64K/64K' "$tmp/out" >/dev/null || problem='the level of what may not be looked into'
result "system -p: nothing is made up of root's process" "$problem"

as_other 0 system --json
json_result 'system --json: how many, and why' out \
	"lines[0]['hidden_processes'] > 0 and 'not permitted' in lines[0]['why']"
as_other 0 system --json --all
json_result "system --json: root's processes are there, each with the reason" out \
	"{(o['visible'], 'not permitted' in o['why']) for o in lines if o.get('pid') in ($writer, $reader)} == {(False, True)} and sum(not o['visible'] for o in lines if o['type'] == 'process') == lines[0]['hidden_processes']"
as_other 0 system --json --all
json_result 'system --json: a level that is not known is none, with the reason' out \
	"all('level' in o or o.get('level_why') for o in lines if o['type'] == 'object')"

as_other 1 why "$writer"
matches out "^cat $writer "
unwrapped 'not permitted: needs the same user, or root'
is_empty err
result 'why: what is known, and the reason for the rest; nothing can be known: 1' "$problem"

as_other 1 why --json "$writer"
json_result 'why --json: unknown' out \
	"lines[0]['pid'] == $writer and lines[0]['end'] == 'unknown' and 'not permitted' in lines[0]['links'][0]['sentence']"

# Of one who is stopped the state tells it, to anybody.
as_other 0 why "$reader"
says out 'is stopped'
result 'why: who is stopped is seen by all' "$problem"

# ---- one's own process that waits for root's

mkfifo -m 666 "$tmp/shared"
chmod 755 "$tmp"
# Root holds the write end, an ordinary user reads.
sleep 300 3<>"$tmp/shared" &
holder=$!
children="$children $holder"
setpriv --reuid=65534 --regid=65534 --clear-groups cat "$tmp/shared" >/dev/null &
own=$!
children="$children $own"
eventually has_state "$own" S
eventually grep -qx cat "/proc/$own/comm"
as_other 1 why "$own"
unwrapped ' in read('
unwrapped 'its other side is not to be seen: '
unwrapped 'not permitted'
result "why: one's own process that waits for root's: as far as can be seen" "$problem"

# ---- objects

if command -v ipcmk >/dev/null 2>&1 && ipcmk -Q -p 0600 >"$tmp/made" 2>/dev/null; then
	queue=$(tr -dc 0-9 <"$tmp/made")
	objects="q:$queue"
	segment=$(ipcmk -M 4096 -p 0600 | tr -dc 0-9)
	objects="$objects m:$segment"
	set=$(ipcmk -S 2 -p 0600 | tr -dc 0-9)
	objects="$objects s:$set"
	as_other 0 objects
	matches out "^queue +$queue "
	matches out "^shm +$segment "
	matches out "^sem +$set "
	is_empty err
	is_tidy out
	result "objects: root's are listed" "$problem"
	as_other 0 objects
	unwrapped ' could not be looked into: not permitted: needs the same user, or root '
	[ -n "$problem" ] || sed -n 1,3p "$tmp/out" | grep -q 'could not be looked into' || problem='that is not said at the top'
	result 'objects: how many could not be looked into, and why, at the top' "$problem"
	as_other 0 objects --json
	json_result 'objects --json: the same' out \
		"{(o['kind'], o['id']) for o in lines if 'id' in o} >= {('queue', $queue), ('shm', $segment), ('sem', $set)}"
	as_other 1 objects rm -y "q:$queue"
	[ -n "$problem" ] || ipcs -q | awk '{ print $2 }' | grep -qx "$queue" || problem='it is gone'
	result "objects rm: root's is not removed" "$problem"
else
	for name in "root's are listed" 'what was not visible' 'as JSON' 'not removed'; do
		skip "objects: $name" 'ipcmk is not there, or makes none'
	done
fi

# ---- where others' processes are not even listed

# hidden STATUS OPTION ARGUMENT...: with /proc mounted so, in a mount namespace of its own.
hidden()
{
	wanted=$1 option=$2
	shift 2
	unshare --mount sh -c 'mount -t proc -o "$0" proc /proc && exec "$@"' "$option" \
		setpriv --reuid=65534 --regid=65534 --clear-groups timeout 60 "$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	problem=
	[ "$status" -eq "$wanted" ] || problem="exit status $status instead of $wanted"
}

for option in hidepid=2 hidepid=invisible; do
	if ! unshare --mount sh -c 'mount -t proc -o "$0" proc /proc' "$option" 2>/dev/null; then
		skip "$option: said at the top" 'nothing may be mounted here, or not so'
		skip "$option: why" 'nothing may be mounted here, or not so'
		skip "$option: as JSON" 'nothing may be mounted here, or not so'
		continue
	fi
	hidden 0 "$option" system
	[ -n "$problem" ] || sed -n 1,3p "$tmp/out" | grep -q 'not even listed: /proc is mounted with hidepid' || problem='hidepid is not named at the top'
	is_empty err
	is_tidy out
	matches out "^FIFO .* [?] +cat $own "
	result "$option: said at the top, and who may be hidden is ?" "$problem"
	hidden 1 "$option" why "$writer"
	matches err "process $writer: .*"
	is_empty out
	result "$option: why of one who is not listed: 1" "$problem"
	hidden 0 "$option" system --json
	json_result "$option: as JSON" out "lines[0]['unlisted'] is True"
done
echo "1..$number"
