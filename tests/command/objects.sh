#!/bin/sh
# SPDX-License-Identifier: MIT
# ipcscope objects against ipcs(1) and lsipc(1), and what rm removes, and does not.

. "${srcdir:-.}/tests/command/common.sh"

# ---- usage

for wrong in --nonsense 'rm' 'rm --json' 'rm --all q:1' '--yes' '--force' '--pattern x' 'q:1' 'rm --limits 1'; do
	scope 2 objects $wrong
	is_empty out
	says err 'usage: ipcscope objects'
	result "objects $wrong: 2" "$problem"
done

if ! command -v ipcmk >/dev/null 2>&1 || ! ipcmk -Q >"$tmp/made" 2>/dev/null; then
	skip 'System V objects' 'ipcmk is not there, or makes none'
	echo "1..$number"
	exit 0
fi

# made OPTION: makes one as ipcmk(1) does; sets id.
made()
{
	id=$(ipcmk "$@" | tr -dc 0-9)
	case $1 in
	-Q) objects="$objects q:$id" ;;
	-M) objects="$objects m:$id" ;;
	-S) objects="$objects s:$id" ;;
	esac
}

queue=$(tr -dc 0-9 <"$tmp/made")
objects="q:$queue"
made -M 12345
segment=$id
made -S 3
set=$id
made -Q
second=$id
key=$(ipcs -q | awk -v id="$second" '$2 == id { print $1 }')

# ---- the same as ipcs

scope 0 objects
matches out "^queue +$queue +0x[0-9a-f]{8} .* rw-r--r-- +0/[0-9]+K  0 messages +(idle|[?])"
matches out "^shm +$segment +0x[0-9a-f]{8} .* 12K  attached 0 +orphaned"
matches out "^sem +$set +0x[0-9a-f]{8} .* \[0\] 0  \[1\] 0  \[2\] 0 +idle"
is_empty err
is_tidy out
result 'each kind, with what it holds' "$problem"

scope 0 objects -m
matches out "^shm +$segment "
[ -n "$problem" ] || ! grep -E '^(queue|sem) ' "$tmp/out" >/dev/null || problem='other kinds too'
result '-m: segments alone' "$problem"

# ids FILE KIND: pairs of id and key that the table holds; theirs OPTION: those of ipcs.
scope 0 objects -q -m -s
awk '$1 == "queue" || $1 == "shm" || $1 == "sem" { print $1, $2, $3 }' "$tmp/out" |
	sed 's/ private$/ 0x00000000/' | LC_ALL=C sort >"$tmp/ours"
{
	ipcs -q | awk '$1 ~ /^0x/ { print "queue", $2, $1 }'
	ipcs -m | awk '$1 ~ /^0x/ { print "shm", $2, $1 }'
	ipcs -s | awk '$1 ~ /^0x/ { print "sem", $2, $1 }'
} | LC_ALL=C sort >"$tmp/theirs"
# Others may make and remove objects meanwhile: those of this test count.
for id in $queue $segment $set $second; do
	[ -n "$problem" ] || [ "$(grep " $id " "$tmp/ours")" = "$(grep " $id " "$tmp/theirs")" ] || problem="ipcs tells another thing of $id"
	[ -n "$problem" ] || grep -q " $id " "$tmp/ours" || problem="$id is missing"
done
result 'kinds, ids and keys are those of ipcs' "$problem"

scope 0 objects --all
says out "owner $(id -un):$(id -gn); creator $(id -un):$(id -gn); changed $(date +%Y)-"
says out 'sent never; received never'
says out 'attached never; detached never'
says out 'operated never'
matches out '^message queues +[0-9]+ +[0-9]+ +[0-9.]+ % +MSGMNI'
is_tidy out
result '--all: owners, creators, times, and the limits' "$problem"

scope 0 objects --limits
[ -n "$problem" ] || ! grep -E '^(queue|shm|sem) ' "$tmp/out" >/dev/null || problem='objects too'
matches out "^longest message .*MSGMAX"
limit=$(awk '/ MSGMNI$/ { print $4 }' "$tmp/out")
[ -n "$problem" ] || [ "$limit" = "$(cat /proc/sys/kernel/msgmni)" ] || problem="MSGMNI is $limit"
result '--limits: what the kernel allows' "$problem"

if command -v lsipc >/dev/null 2>&1; then
	scope 0 objects --limits
	lsipc -g --raw 2>/dev/null | awk '$1 == "SHMMNI" { print $(NF - 2) }' >"$tmp/theirs"
	[ -n "$problem" ] || [ "$(awk '/ SHMMNI$/ { print $5 }' "$tmp/out")" = "$(cat "$tmp/theirs")" ] ||
		problem="lsipc says SHMMNI is $(cat "$tmp/theirs")"
	result '--limits: as lsipc has them' "$problem"
else
	skip '--limits: as lsipc has them' 'lsipc is not there'
fi

if command -v python3 >/dev/null 2>&1; then
	scope 0 objects --json
	json out "[o for o in lines if o['kind'] == 'queue' and o['id'] == $queue][0]['messages'] == 0"
	json out "[o for o in lines if o['kind'] == 'shm' and o['id'] == $segment][0]['size'] == 12345"
	json out "len([o for o in lines if o['kind'] == 'sem' and o['id'] == $set][0]['semaphores']) == 3"
	json out "[o for o in lines if o['kind'] == 'shm' and o['id'] == $segment][0]['state'] == 'orphaned'"
	json out "all(o['mode'] == '0644' and o['uid'] == $(id -u) for o in lines if o['kind'] == 'queue' and o['id'] == $queue)"
	result '--json: one object a line' "$problem"

	scope 0 objects --json --limits
	json out "any(o['name'] == 'SHMMNI' and o['limit'] == $(cat /proc/sys/kernel/shmmni) for o in lines)"
	json out "all(o['type'] == 'limit' for o in lines)"
	result '--json --limits' "$problem"
else
	skip '--json: one object a line' 'python3 is not there'
	skip '--json --limits' 'python3 is not there'
fi

# ---- who uses it

if command -v python3 >/dev/null 2>&1; then
	cat >"$tmp/attach.py" <<'END'
import ctypes, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
assert libc.shmat(int(sys.argv[1]), None, 0) != ctypes.c_void_p(-1).value
open(sys.argv[2], "w").write("x")
class sembuf(ctypes.Structure):
    _fields_ = [("num", ctypes.c_ushort), ("op", ctypes.c_short), ("flags", ctypes.c_short)]
if libc.semop(int(sys.argv[3]), ctypes.byref(sembuf(1, -1, 0)), 1):
    time.sleep(100) # another user's set
END
	python3 "$tmp/attach.py" "$segment" "$tmp/attached" "$set" &
	user=$!
	children="$children $user"
	eventually test -s "$tmp/attached"
	eventually has_state "$user" S
	eventually sh -c "'$program' objects -s | grep -q '1 waits'"
	scope 0 objects
	matches out "^shm +$segment .* attached 1 "
	matches out "^ +python3 $user\$"
	matches out "^sem +$set .*\[1\] 0 \(1 wait"
	matches out "^ +python3 $user "
	result 'who is attached, and who waits' "$problem"

	scope 0 objects --json
	json out "[u['pid'] for o in lines if o['kind'] == 'shm' and o['id'] == $segment for u in o['users']] == [$user]"
	json out "[(u['pid'], u['waits']) for o in lines if o['kind'] == 'sem' and o['id'] == $set for u in o['users'] if u['waits']] == [($user, True)]"
	json out "[o['semaphores'][1]['waiters'] for o in lines if o['kind'] == 'sem' and o['id'] == $set] == [1]"
	result '--json: who is attached, and who waits' "$problem"
else
	skip 'who is attached, and who waits' 'python3 is not there'
	skip '--json: who is attached, and who waits' 'python3 is not there'
fi

# ---- removal

there()
{
	ipcs "-$1" | awk '{ print $2 }' | grep -qx "$2"
}

scope 1 objects rm "q:$queue"
says err 'not removed: nobody can be asked'
says err '--yes'
[ -n "$problem" ] || there q "$queue" || problem='it is gone'
result 'without a terminal, without --yes: nothing' "$problem"

scope 1 objects rm -y 'q:999999999' 'm:999999999'
says err 'there is no such object'
result 'what is not there: 1' "$problem"

scope 1 objects rm -y "q:$queue" 'q:999999999'
[ -n "$problem" ] || there q "$queue" || problem='it is gone'
result 'of several one is not there: nothing goes' "$problem"

scope 1 objects rm -y "$(printf 'x\033[31m')" "m$queue" '' 0x 0x0 -- -5
is_harmless err
result 'what is no id, key or name' "$problem"

scope 0 objects rm -y "q:$queue"
says out "removed message queue $queue"
[ -n "$problem" ] || ! there q "$queue" || problem='it is still there'
[ -n "$problem" ] || there q "$second" || problem='another one went too'
result 'by kind and id' "$problem"

scope 0 objects rm -y -q "$key"
[ -n "$problem" ] || ! there q "$second" || problem='it is still there'
result 'by key' "$problem"

made -Q
third=$id
key=$(ipcs -q | awk -v id="$third" '$2 == id { print $1 }')
scope 1 objects rm --pattern "$key"
matches out "^queue +$third "
says err 'nothing was removed'
[ -n "$problem" ] || there q "$third" || problem='it is gone'
result 'by pattern: the list, and nothing without --yes' "$problem"

scope 0 objects rm --yes --pattern "${key%?}?" -q
matches out "^queue +$third "
says out "removed message queue $third"
[ -n "$problem" ] || ! there q "$third" || problem='it is still there'
result 'by pattern with --yes' "$problem"

scope 1 objects rm --yes --pattern '/no such name*'
says err 'no object is like the pattern'
result 'a pattern that nothing is like: 1' "$problem"

# A number alone is an id, whatever key it may be, too.
made -Q
decimal=$(printf '%d' "$(ipcs -q | awk -v id="$id" '$2 == id { print $1 }')")
scope 1 objects rm -y -q "$decimal"
says err 'there is no such object'
says err "It is the key of message queue $id"
says err "key:$decimal means that one"
[ -n "$problem" ] || there q "$id" || problem='it is gone'
result 'a key that is not said to be one: which it is, and nothing goes' "$problem"

scope 1 objects rm -y "m:key:$decimal"
scope 0 objects rm -y "key:$decimal"
says out "removed message queue $id"
[ -n "$problem" ] || ! there q "$id" || problem='it is still there'
result 'by key in decimal' "$problem"

if unshare --ipc true 2>/dev/null; then
	unshare --ipc sh -c '
		ipcmk -Q; ipcmk -M 10; ipcmk -S 1
		"$0" objects rm -y 0; echo "status $?"; ipcs | grep -c "^0x"
		"$0" objects rm -y -s 0 && "$0" objects rm -y m:0; echo "status $?"; ipcs | grep -c "^0x"
		"$0" objects rm -y 0; echo "status $?"; ipcs | grep -c "^0x"' "$program" >"$tmp/out" 2>"$tmp/err" </dev/null
	problem=
	says err '0: is it message queue 0 (key 0x'
	says err ') or shared memory 0 (key 0x'
	says err 'Say which: q:0 or m:0.'
	[ -n "$problem" ] || [ "$(grep -E '^(status .*|[0-9]*)$' "$tmp/out" | tr '\n' ' ')" = 'status 1 3 status 0 1 status 0 0 ' ] ||
		problem='others went, or fewer'
	result 'an id that several kinds have: which it may be, and nothing goes' "$problem"
else
	skip 'an id that several kinds have: which it may be, and nothing goes' 'needs an IPC namespace of its own'
fi

if command -v python3 >/dev/null 2>&1; then
	made -Q
	scope 0 objects rm --json -y "q:$id"
	json out "[(o['type'], o['kind'], o['id'], o['removed']) for o in lines] == [('removal', 'queue', $id, True)]"
	scope 1 objects rm --json -y "q:$id"
	json out "[(o['operand'], o['removed'], o['why']) for o in lines] == [('q:$id', False, 'q:$id: there is no such object')]"
	result 'rm --json: what went, and what did not' "$problem"

	# Its own process has it attached: it is only marked.
	made -M 4096
	python3 "$tmp/attach.py" "$id" "$tmp/marked" "$set" &
	children="$children $!"
	eventually test -s "$tmp/marked"
	scope 0 objects rm -y "m:$id"
	says out "marked shared memory $id"
	says out 'it goes with the last detach'
	says err "is in use by python3 $! of $(id -un)"
	scope 0 objects rm -y "m:$id"
	says out "shared memory $id was marked already"
	scope 0 objects --json -m
	json out "[o['marked'] for o in lines if o['id'] == $id] == [True]"
	kill "$!"
	eventually sh -c "! ipcs -m | awk '{ print \$2 }' | grep -qx $id"
	result 'what is attached is marked, and said to be' "$problem"
else
	skip 'rm --json: what went, and what did not' 'python3 is not there'
	skip 'what is attached is marked, and said to be' 'python3 is not there'
fi

# ---- asked on a terminal

if command -v script >/dev/null 2>&1; then
	made -Q
	echo n | script -qec "'$program' objects rm q:$id" /dev/null >"$tmp/out" 2>&1
	problem=
	says out "Remove message queue $id"
	[ -n "$problem" ] || there q "$id" || problem='it is gone'
	result 'on a terminal: a question, n keeps it' "$problem"
	echo y | script -qec "'$program' objects rm q:$id" /dev/null >"$tmp/out" 2>&1
	problem=
	[ -n "$problem" ] || ! there q "$id" || problem='it is still there'
	result 'and y removes it' "$problem"

	made -Q
	mkfifo "$tmp/answer"
	script -qec "'$program' objects rm q:$id" /dev/null <"$tmp/answer" >"$tmp/out" 2>&1 &
	asked=$!
	children="$children $asked"
	exec 3>"$tmp/answer"
	problem=
	eventually grep -q 'y/n' "$tmp/out"
	ipcrm -q "$id"
	echo y >&3
	exec 3>&-
	wait "$asked"
	says out "cannot remove message queue $id"
	says out 'it is gone already'
	result 'what goes while one is asked: said' "$problem"
else
	skip 'what goes while one is asked: said' 'script is not there'
	skip 'on a terminal: a question, n keeps it' 'script is not there'
	skip 'and y removes it' 'script is not there'
fi

# ---- POSIX names

if [ -w /dev/shm ]; then
	name=ipcscope-test-$$
	echo hello >"/dev/shm/$name"
	printf 'x' >"/dev/shm/$name$(printf '\033[31m')"
	scope 0 objects -M
	matches out "^pshm +/$name .* rw-r--r-- +6 "
	is_tidy out
	says out "/$name\\x1b[31m"
	result 'POSIX shared memory, by its name, a hostile one too' "$problem"
	rm -f "/dev/shm/$name$(printf '\033[31m')"
	scope 0 objects rm -y "/$name"
	[ -n "$problem" ] || [ ! -e "/dev/shm/$name" ] || problem='it is still there'
	rm -f "/dev/shm/$name"
	result 'and its removal' "$problem"
else
	skip 'POSIX shared memory, by its name, a hostile one too' '/dev/shm may not be written to'
	skip 'and its removal' '/dev/shm may not be written to'
fi

# A queue has a name whether or not something lists it; this one nobody has open.
if command -v python3 >/dev/null 2>&1; then
	name=/ipcscope-test-$$
	queue_of()
	{
		python3 -c '
import ctypes, os, sys
librt = ctypes.CDLL("librt.so.1", use_errno=True)
sys.exit(librt.mq_open(sys.argv[1].encode(), int(sys.argv[2]), 0o600, None) < 0)' "$name" "$1" 2>/dev/null
	}
	if queue_of $((0102)); then
		scope 1 objects rm -y "M:$name"
		says err 'there is no such object'
		scope 1 objects rm "$name"
		says err "POSIX queue $name: not removed: nobody can be asked"
		queue_of 0 || problem=${problem:-it is gone}
		scope 0 objects rm -y "$name"
		says out "removed POSIX queue $name"
		! queue_of 0 || problem=${problem:-it is still there}
		result 'a POSIX queue by its name, listed or not' "$problem"
	else
		skip 'a POSIX queue by its name, listed or not' 'the kernel makes none'
	fi
else
	skip 'a POSIX queue by its name, listed or not' 'python3 is not there'
fi

# ---- others

# A python3 of root's own is not for others.
if can_be_other && [ -s "$tmp/attached" ] && other_user env PATH=/usr/bin:/bin python3 -c '' 2>/dev/null; then
	other_user timeout 60 "$program" objects rm -y "m:$segment" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$? problem=
	[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
	says err 'in use by'
	says err '--force'
	[ -n "$problem" ] || there m "$segment" || problem='it is gone'
	result "another user's attached segment: refused, and who would be hurt" "$problem"

	other_user timeout 60 "$program" objects rm -y --force "m:$segment" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$? problem=
	[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
	says err 'Operation not permitted'
	[ -n "$problem" ] || there m "$segment" || problem='it is gone'
	result 'with --force the kernel refuses' "$problem"

	made -Q
	other_user timeout 60 "$program" objects rm -y "q:$id" >"$tmp/out" 2>"$tmp/err" </dev/null
	problem=
	says err "cannot remove message queue $id"
	says err 'Operation not permitted'
	says err "Its owner $(id -un) may."
	result 'who may is said' "$problem"

	other=$(other_user ipcmk -M 4096 | tr -dc 0-9)
	objects="$objects m:$other"
	# Itself, for of a function $! would be a shell, and its child would live on.
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		env PATH=/usr/bin:/bin python3 "$tmp/attach.py" "$other" /dev/null "$set" 2>/dev/null &
	children="$children $!"
	problem=
	eventually sh -c "ipcs -m | awk '\$2 == $other { exit \$6 != 1 }'"
	started=$problem
	scope 1 objects rm -y "m:$other"
	[ -z "$started" ] || problem=$started
	says err 'in use by '
	[ -n "$problem" ] || there m "$other" || problem='it is gone'
	result "root too is held back from what another user has attached" "$problem"
	scope 0 objects rm -y --force "m:$other"
	says err 'is in use by '
	result 'and may with --force, who is hurt is said' "$problem"
else
	for name in 'refused, and who would be hurt' 'with --force the kernel refuses' 'who may is said' 'root too is held back' 'and may with --force'; do
		skip "another user's attached segment: $name" 'needs root, setpriv and python3'
	done
fi
echo "1..$number"
