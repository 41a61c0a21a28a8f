#!/bin/sh
# SPDX-License-Identifier: MIT
# ipcscope system against real pipes of real programs, lsof(8) and hostile names.

. "${srcdir:-.}/tests/command/common.sh"

# ---- usage

scope 2 system --nonsense
says err 'usage: ipcscope system'
is_empty out
result 'an unknown option: 2' "$problem"

scope 2 system -p 12x
result 'a pid that is none: 2' "$problem"

scope 2 system --rate=-1
result 'a rate over no time: 2' "$problem"

scope 2 system 1
result 'an operand without -p: 2' "$problem"

sleep 0 &
gone=$!
wait "$gone"
scope 1 system -p "$gone"
says err "ipcscope: process $gone: No such process"
is_empty out
result 'a pid that is gone: 1' "$problem"

# ---- a full pipe whose reader is stopped

sh -c 'echo $$ >"$0/writer"; exec cat /dev/zero' "$tmp" |
	sh -c 'echo $$ >"$0/reader"; kill -STOP $$; exec cat' "$tmp" >/dev/null &
eventually test -s "$tmp/writer"
eventually test -s "$tmp/reader"
writer=$(cat "$tmp/writer") reader=$(cat "$tmp/reader")
children="$children $writer $reader"
eventually has_state "$reader" T
eventually has_state "$writer" S
inode=$(readlink "/proc/$writer/fd/1" | tr -dc 0-9)

# Names are cut where the machine is busy and its table wide; numbers are not.
scope 0 system
matches out "^pipe:\[$inode\] .* 64K/64K .* $writer .* $reader T  "
matches out '^[0-9]+ processes, [0-9]+ pipes?, [0-9]+ sockets?, [0-9]+ System V'
is_empty err
is_tidy out
result 'a full pipe: its level, its writer, its stopped reader' "$problem"

scope 0 system -p "$writer"
matches out "^pipe:\[$inode\] "
[ -n "$problem" ] || [ "$(grep -c '^pipe:' "$tmp/out")" -ge 1 ] || problem='no pipe'
result '-p: of a process, its objects' "$problem"

scope 0 system -p "$writer,$reader" $$
result '-p takes several' "$problem"

if command -v python3 >/dev/null 2>&1; then
	scope 0 system --json
	json out "lines[0]['type'] == 'system' and {o['type'] for o in lines[1:]} == {'process', 'object'}"
	json out "[o for o in lines if o.get('inode') == $inode and o['kind'] == 'pipe'][0]['level'] == 65536"
	json out "[o for o in lines if o.get('inode') == $inode and o['kind'] == 'pipe'][0]['full']"
	json out "{(e['pid'], e['access']) for o in lines if o.get('inode') == $inode for e in o['ends']} >= {($writer, 'w'), ($reader, 'r')}"
	json out "any(o.get('pid') == $writer and o['name'] == 'cat' for o in lines)"
	json out "all(not o['visible'] or 'why' not in o for o in lines if o['type'] == 'process')"
	result '--json: the same, one object a line' "$problem"

	scope 0 system --all --json
	json out "lines[0]['idle_left_out'] == 0"
	json out "len(lines) == 1 + lines[0]['processes'] + lines[0]['objects']"
	result '--all leaves nothing out' "$problem"
else
	skip '--json: the same, one object a line' 'python3 is not there'
	skip '--all leaves nothing out' 'python3 is not there'
fi

# ---- what it must not do to it

kill -CONT "$reader"
eventually sh -c "! kill -0 $writer 2>/dev/null || [ \"\$(awk '{ print \$14 + \$15 }' /proc/$writer/stat)\" -gt 0 ]"
scope 0 system --rate=0.3 -p "$writer"
matches out "^pipe:\[$inode\] "
result '--rate: a flowing pipe' "$problem"
kill -0 "$writer" 2>/dev/null && kill -0 "$reader" 2>/dev/null
result 'watched processes live on' "$([ $? -eq 0 ] || echo 'one is gone')"
kill "$writer" "$reader" 2>/dev/null

# ---- against lsof

if command -v lsof >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; then
	sleep 100 | sleep 100 | cat &
	last=$!
	children="$children $last $(pgrep -P $$ -x sleep | tr '\n' ' ')"
	eventually has_state "$last" S
	lsof -n -P -w -E -p "$last" -F ftiapc 2>/dev/null | sed -n 's/^i\([0-9]*\)$/\1/p' | sort -u >"$tmp/theirs"
	scope 0 system --all --json -p "$last"
	json out "True"
	inode=$(readlink "/proc/$last/fd/0" | tr -dc 0-9)
	[ -n "$problem" ] || grep -qx "$inode" "$tmp/theirs" || problem="lsof does not know pipe $inode"
	json out "any(o.get('inode') == $inode and len({e['pid'] for e in o['ends']}) == 2 for o in lines)"
	result 'a pipe and its two processes, as lsof +E has them' "$problem"
else
	skip 'a pipe and its two processes, as lsof +E has them' 'lsof or python3 is not there'
fi

# ---- hostile names

evil=$(printf '%s/\033[31m\n\342\200\256\377x' "$tmp")
if mkfifo "$evil" 2>/dev/null; then
	cp "$(command -v sleep)" "$tmp/$(printf 'e\033]2;v\nil')" 2>/dev/null
	"$tmp/$(printf 'e\033]2;v\nil')" 100 <>"$evil" &
	hostile=$!
	children="$children $hostile"
	eventually grep -q v "/proc/$hostile/comm"
	eventually has_state "$hostile" S
	scope 0 system -p "$hostile"
	is_tidy out
	says out '\x1b'
	result 'hostile names of processes and files are escaped' "$problem"
	if command -v python3 >/dev/null 2>&1; then
		scope 0 system --json -p "$hostile"
		is_harmless out
		json out "any('\\\\x1b' in o['name'] for o in lines if o['type'] == 'process')"
		json out "all(ord(c) >= 32 and c != '\\u202e' for o in lines for c in o.get('name', ''))"
		result 'hostile names as JSON' "$problem"
	else
		skip 'hostile names as JSON' 'python3 is not there'
	fi
else
	skip 'hostile names of processes and files are escaped' 'the file system takes no such name'
	skip 'hostile names as JSON' 'the file system takes no such name'
fi

# ---- others

if can_be_other; then
	sleep 100 &
	roots=$!
	children="$children $roots"
	other_user timeout 60 "$program" system >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$? problem=
	[ "$status" -eq 0 ] || problem="exit status $status"
	matches out 'processes? could not be looked into: '
	is_empty err
	result "an ordinary user: how many processes could not be looked into, and why" "$problem"
	other_user timeout 60 "$program" system --json -p "$roots" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$? problem=
	[ "$status" -eq 0 ] || problem="exit status $status"
	if command -v python3 >/dev/null 2>&1; then
		json out "[(o['visible'], bool(o['why'])) for o in lines if o.get('pid') == $roots] == [(False, True)]"
	fi
	result "another user's process: what can be known, and the reason for the rest" "$problem"
else
	skip 'an ordinary user: how many processes could not be looked into, and why' 'needs root and setpriv'
	skip "another user's process: what can be known, and the reason for the rest" 'needs root and setpriv'
fi

# ---- streams

if [ -w /dev/full ]; then
	timeout 60 "$program" system --all >/dev/full 2>"$tmp/err"
	status=$? problem=
	[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
	says err 'standard output'
	result 'a full disk: 1, and said so' "$problem"
else
	skip 'a full disk: 1, and said so' 'there is no /dev/full'
fi

problem=
LC_ALL=C timeout 60 "$program" system --all >"$tmp/out" 2>"$tmp/err" </dev/null || problem="exit status $?"
[ "$(LC_ALL=C tr -d '\n -~' <"$tmp/out" | wc -c)" -eq 0 ] || problem='more than ASCII in the C locale'
result 'ASCII alone where the locale has no UTF-8' "$problem"
echo "1..$number"
