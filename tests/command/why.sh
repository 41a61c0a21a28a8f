#!/bin/sh
# SPDX-License-Identifier: MIT
# ipcscope why about real programs: what it says, how it ends, its JSON.

. "${srcdir:-.}/tests/command/common.sh"

# ---- usage

scope 2 why
says err 'usage: ipcscope why'
result 'no process: 2' "$problem"

scope 2 why --nonsense 1
result 'an unknown option: 2' "$problem"

sleep 0 &
gone=$!
wait "$gone"
scope 1 why "$gone"
says err "ipcscope: process $gone: No such process"
is_empty out
result 'a process that is gone: 1' "$problem"

for pid in 0 -1 99999999999999999999 4294967297; do
	scope 1 why -- "$pid"
	says err 'No such process'
	result "a number that is no pid ($pid): 1" "$problem"
done

scope 1 why 'no such name'
says err 'no such name: no process has this name'
result 'a name that nobody has: 1' "$problem"

scope 1 why "$(printf 'x\033[31m')"
is_harmless err
result 'a hostile name that nobody has' "$problem"

# ---- names

cp "$(command -v sleep)" "$tmp/ipcscope-t-$$"
"$tmp/ipcscope-t-$$" 100 &
first=$!
children="$children $first"
eventually grep -q ipcscope-t "/proc/$first/comm"
eventually has_state "$first" S
name=$(cat "/proc/$first/comm")
scope 0 why "ipcscope-t-$$"
matches out "^$name $first "
matches out 'timer'
matches out 'nothing is wrong'
result 'a name that one process has, cut by the kernel or not' "$problem"

"$tmp/ipcscope-t-$$" 100 &
second=$!
children="$children $second"
eventually grep -q ipcscope-t "/proc/$second/comm"
scope 1 why "$name"
says err '2 processes have this name'
matches err "^ +$first  "
matches err "^ +$second  "
is_empty out
result 'a name that two have: 1, and who they are' "$problem"

scope 0 why "$first" "$second"
matches out "^$name $first "
matches out "^$name $second "
result 'several processes' "$problem"

scope 1 why "$first" "$gone"
matches out "^$name $first "
says err "process $gone"
result 'several, one of them gone: the others all the same, 1' "$problem"

# ---- a chain: a full pipe, its reader is stopped

sh -c 'echo $$ >"$0/writer"; exec cat /dev/zero' "$tmp" |
	sh -c 'echo $$ >"$0/reader"; kill -STOP $$; exec cat' "$tmp" >/dev/null &
eventually test -s "$tmp/writer"
eventually test -s "$tmp/reader"
writer=$(cat "$tmp/writer") reader=$(cat "$tmp/reader")
children="$children $writer $reader"
eventually has_state "$reader" T
eventually has_state "$writer" S
scope 0 why "$writer"
matches out "^cat $writer .* write\(1, "
says out 'full'
matches out "^  .* its only reader sh $reader is stopped by SIGSTOP"
[ -n "$problem" ] || tail -1 "$tmp/out" | grep -q "kill -CONT $reader" || problem='the last line is no remedy'
is_empty err
is_tidy out
result 'a full pipe with a stopped reader: the chain, and what resolves it last' "$problem"

scope 0 why --source "$writer"
says out "/proc/$writer/syscall"
result '--source: what each link rests on' "$problem"

if command -v python3 >/dev/null 2>&1; then
	scope 0 why --json "$writer"
	json out "len(lines) == 1 and lines[0]['end'] == 'found' and lines[0]['pid'] == $writer"
	json out "[l['pid'] for l in lines[0]['links']][:2] == [$writer, $reader]"
	json out "lines[0]['links'][0]['level'] == 65536 and lines[0]['links'][0]['kind'] == 'pipe'"
	json out "'kill -CONT $reader' in lines[0]['remedy']"
	result '--json: the same' "$problem"

	scope 1 why --json "$writer" "$gone"
	json out "len(lines) == 1"
	result '--json: one object for each that is there' "$problem"
else
	skip '--json: the same' 'python3 is not there'
	skip '--json: one object for each that is there' 'python3 is not there'
fi
LC_ALL=C timeout 60 "$program" why "$writer" >"$tmp/out" 2>"$tmp/err" </dev/null
problem=
[ "$(LC_ALL=C tr -d '\n -~' <"$tmp/out" | wc -c)" -eq 0 ] || problem='more than ASCII in the C locale'
matches out '^  `- '
result 'ASCII alone where the locale has no UTF-8' "$problem"
kill -CONT "$reader"
kill "$writer" "$reader" 2>/dev/null

# ---- a circle of two

mkfifo "$tmp/one" "$tmp/two"
# A FIFO opened for both ways keeps the other opening from waiting; it goes when both are there.
sh -c 'exec 3<>"$0/one" 4<"$0/one" 5>"$0/two"; until [ -s "$0/b" ]; do sleep 0.05; done
	exec 3<&-; echo $$ >"$0/a"; exec cat <&4' "$tmp" >/dev/null &
sh -c 'exec 4<"$0/two" 5>"$0/one"; echo $$ >"$0/b"; exec cat <&4' "$tmp" >/dev/null &
eventually test -s "$tmp/a"
eventually test -s "$tmp/b"
a=$(cat "$tmp/a") b=$(cat "$tmp/b")
children="$children $a $b"
eventually grep -qx cat "/proc/$a/comm"
eventually grep -qx cat "/proc/$b/comm"
eventually has_state "$a" S
eventually has_state "$b" S
scope 0 why "$a"
matches out "deadlock of 2: cat ($a|$b), cat ($a|$b)"
says out "cat $b"
is_tidy out
result 'a circle of two: a deadlock, with its members' "$problem"
if command -v python3 >/dev/null 2>&1; then
	scope 0 why --json "$a"
	json out "lines[0]['end'] == 'deadlock' and lines[0]['cycle'] == 0"
	result '--json: a deadlock' "$problem"
else
	skip '--json: a deadlock' 'python3 is not there'
fi
kill "$a" "$b" 2>/dev/null

# ---- nothing wrong, nothing known

scope 0 why $$
matches out "^[^ ]+ $$ "
result 'the shell that asks: it waits for its child' "$problem"

if can_be_other; then
	other_user timeout 60 "$program" why "$first" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$? problem=
	[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
	says out 'not permitted'
	matches out "$first"
	result "another user's process: 1, and why nothing can be known" "$problem"
else
	skip "another user's process: 1, and why nothing can be known" 'needs root and setpriv'
fi

# ---- hostile names

evil=$(printf '%s/\033[31m\n\377x' "$tmp")
if mkfifo "$evil" 2>/dev/null; then
	cp "$(command -v cat)" "$tmp/$(printf 'e\033]2;v\nil')"
	"$tmp/$(printf 'e\033]2;v\nil')" "$evil" &
	hostile=$!
	children="$children $hostile"
	eventually grep -q v "/proc/$hostile/comm"
	eventually has_state "$hostile" S
	scope 0 why --source "$hostile"
	is_tidy out
	says out '\x1b'
	result 'hostile names of processes and files are escaped' "$problem"
	scope 0 why --json "$hostile"
	is_harmless out
	result 'hostile names as JSON' "$problem"
else
	skip 'hostile names of processes and files are escaped' 'the file system takes no such name'
	skip 'hostile names as JSON' 'the file system takes no such name'
fi
echo "1..$number"
