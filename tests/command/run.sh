#!/bin/sh
# SPDX-License-Identifier: MIT
# The commands run, list and check as a shell sees them: exit status, what stands on standard
# output and what on standard error, and that nothing is left behind.

program=$(pwd)/ipcscope
lessons=${IPCSCOPE_LESSONS:-${srcdir:-.}/lessons}
IPCSCOPE_LESSONS=$lessons
export IPCSCOPE_LESSONS
unset XDG_RUNTIME_DIR
number=0

tmp=$(mktemp -d) || { echo 'Bail out! no temporary folder'; exit 1; }
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/run" || exit 1
TMPDIR=$tmp/run
export TMPDIR

# result NAME PROBLEM: a TAP line that fails when there is a PROBLEM; shows what was printed.
result()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# $2"
		[ ! -f "$tmp/out" ] || sed 's/^/# out: /' "$tmp/out"
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

# says FILE TEXT, is_empty FILE: a problem when FILE does not hold TEXT, or anything.
says()
{
	[ -n "$problem" ] || grep -qF -e "$2" "$tmp/$1" || problem="$1 does not say: $2"
}

is_empty()
{
	[ -n "$problem" ] || [ ! -s "$tmp/$1" ] || problem="$1 is not empty"
}

# Waits until the last folder is gone: the stagehand of a run that was killed takes a moment.
gone()
{
	tries=0
	while ls "$tmp/run" | grep -q ipcscope-; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || { problem="left behind: $(ls "$tmp/run")"; return; }
		sleep 0.05
	done
}

cat >"$tmp/good.lesson" <<'END'
lesson  A good one

parent  p = pipe()
parent  write(p.w, "hello")        = 5
expect  p.bytes == 5
say     An "odd" text: \ and 管道.
parent  read(p.r, 9)               = 5 "hello"
END
cat >"$tmp/other.lesson" <<'END'
parent  p = pipe()
parent  write(p.w, 5)              = 5
# a comment
parent  read(p.r, 9)               = 6
END
printf 'parent  p = pipe()\nwithin  100ms\nexpect  p.bytes == 1\n' >"$tmp/fact.lesson"
printf 'parent  raed(3, 4)\nwriter  close(3)\n' >"$tmp/mistake.lesson"
head -c 3000 /dev/urandom >"$tmp/garbage.lesson"
if [ "$(id -u)" -eq 0 ]; then
	printf 'needs   user\n' >"$tmp/needs.lesson"
else
	printf 'needs   root\n' >"$tmp/needs.lesson"
fi

# ---- status and messages

scope 0 run "$tmp/good.lesson"
says out 'parent  write(p.w, "hello")        = 5' # or with the real number
[ "$problem" ] && { problem=; says out 'parent  write(4, "hello")          = 5'; }
is_empty err
result 'a lesson that goes as it says: 0, its trace, no complaint' "$problem"

cp "$tmp/out" "$tmp/again.lesson"
scope 0 run "$tmp/again.lesson"
result 'its trace, saved, is a lesson that goes as it says' "$problem"

scope 3 run "$tmp/other.lesson"
says err "$tmp/other.lesson:4: the kernel did otherwise"
says err 'expected  parent  read(p.r, 9)               = 6'
says err 'actual    read returned 5 "ppppp"'
result 'one that does not: 3, FILE:LINE, expected and actual' "$problem"

scope 3 run "$tmp/fact.lesson"
says err "$tmp/fact.lesson:3: "
says err 'p.bytes is 0'
result 'a fact that does not hold: 3, FILE:LINE and what it is' "$problem"

scope 2 run "$tmp/mistake.lesson"
says err "$tmp/mistake.lesson:1:9: there is no call raed"
says err 'did you mean read?'
says err "$tmp/mistake.lesson:2:1: there is no process writer"
is_empty out
result 'mistakes: 2, each with FILE:LINE:COLUMN and a hint, nothing is run' "$problem"

scope 4 run "$tmp/needs.lesson"
says err 'unavailable'
result 'what is not here: 4, and why' "$problem"

scope 2 run pipe/fulll
says err 'no such lesson'
says err 'did you mean pipe/full?'
result 'an unknown lesson: 2, with the nearest name' "$problem"

scope 2 run "$tmp/garbage.lesson"
result 'garbage: 2' "$problem"
[ ! "$(LC_ALL=C tr -d '\n -~\200-\377' <"$tmp/err" | wc -c)" -gt 0 ] || problem='control characters reach the terminal'
result 'garbage is shown without control characters' "$problem"

scope 2 run "$tmp"
is_empty out
result 'a directory: 2' "$problem"

scope 2 run "$tmp/none.lesson"
says err 'No such file'
result 'a file that is not there: 2' "$problem"

cp "$tmp/good.lesson" "$tmp/closed.lesson"
chmod 0 "$tmp/closed.lesson"
if [ "$(id -u)" -eq 0 ]; then
	skip 'a file that may not be read: 2' 'root may read everything'
else
	scope 2 run "$tmp/closed.lesson"
	says err 'Permission denied'
	result 'a file that may not be read: 2' "$problem"
fi

scope 2 run
says err 'usage: ipcscope run'
is_empty out
result 'no lesson: 2 and the usage' "$problem"

scope 2 run --nonsense "$tmp/good.lesson"
result 'an unknown option: 2' "$problem"

TMPDIR=$tmp/no/such XDG_RUNTIME_DIR=/no/such scope 0 run -q "$tmp/good.lesson"
result 'TMPDIR that does not exist: /tmp does' "$problem"

# ---- in namespaces of its own

printf 'needs   isolated\nparent  q = msgget(IPC_PRIVATE, 0600)\n' >"$tmp/isolated.lesson"
scope 4 run -q "$tmp/isolated.lesson"
says err '--isolate'
result 'what needs isolation, without: 4, and what to do' "$problem"

timeout 60 "$program" run -q --isolate "$tmp/good.lesson" >"$tmp/out" 2>"$tmp/err" </dev/null
if [ $? -eq 4 ]; then
	problem=
	says err 'cannot isolate: '
	says err 'without --isolate'
	result 'where isolation is not permitted: 4, the step and what to do' "$problem"
else
	scope 0 run -q --isolate "$tmp/isolated.lesson"
	result 'what needs isolation, with' "$problem"

	scope 0 run --isolate "$tmp/good.lesson"
	says out 'parent  p = pipe()'
	is_empty err
	result 'isolated: the trace comes out, 0' "$problem"

	scope 3 run --isolate "$tmp/other.lesson"
	says err "$tmp/other.lesson:4: the kernel did otherwise"
	result 'isolated, otherwise: 3' "$problem"

	scope 2 run --isolate "$tmp/mistake.lesson"
	result 'isolated, mistakes: 2' "$problem"

	{
		cat "$tmp/good.lesson"
		yes 'parent  write(p.w, 1)              = 1' | head -2000
	} >"$tmp/long.lesson"
	problem=
	[ "$(timeout 60 "$program" run --isolate "$tmp/long.lesson" 2>"$tmp/err" | head -1)" = 'lesson  A good one' ] ||
		problem='the first line is another'
	gone
	result 'isolated, a reader that goes away: nothing is left' "$problem"

	# A limit of this user namespace alone; without capabilities root needs one more of those.
	if unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces' 2>/dev/null &&
		command -v setpriv >/dev/null 2>&1; then
		unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
			exec timeout 60 setpriv --bounding-set=-all --inh-caps=-all "$@"' sh \
			"$program" run --isolate "$tmp/good.lesson" >"$tmp/out" 2>"$tmp/err" </dev/null
		status=$?
		problem=
		[ "$status" -eq 4 ] || problem="exit status $status instead of 4"
		is_empty out
		says err 'cannot isolate: a user namespace is refused (user.max_user_namespaces is 0)'
		says err 'without --isolate'
		result 'isolation that is not permitted: 4, the step, the setting, what to do' "$problem"
	else
		skip 'isolation that is not permitted: 4' 'no user namespace to forbid it in'
	fi
fi

# ---- several, quietly, as JSON

scope 0 run -q "$tmp/good.lesson"
is_empty out
is_empty err
result '-q prints nothing' "$problem"

scope 3 run -q "$tmp/other.lesson"
is_empty out
says err 'the kernel did otherwise'
result '-q still says what went otherwise' "$problem"

scope 3 run "$tmp/good.lesson" "$tmp/other.lesson" "$tmp/needs.lesson" "$tmp/good.lesson"
says out '4 lessons: 2 as they say, 1 otherwise, 1 not available here'
result 'several lessons end in a summary, the worst status counts' "$problem"

scope 0 run "$tmp/good.lesson" "$tmp/good.lesson"
says out '2 lessons: 2 as they say'
result 'several good lessons: 0' "$problem"

# json FILE: a problem when a line of it is no JSON object.
json()
{
	[ -z "$problem" ] || return
	python3 -c '
import json, sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
assert lines, "nothing was printed"
for line in lines:
    o = json.loads(line)
    assert isinstance(o, dict), line
    assert "event" not in sys.argv[2:] or isinstance(o.get("event"), str), line
    if o.get("event") not in (None, "lesson", "end"):
        assert isinstance(o["time"], float) and isinstance(o.get("line"), str), line
        assert isinstance(o.get("call"), str), line
if "event" in sys.argv[2:]:
    assert json.loads(lines[-1])["event"] == "end", lines[-1]
' "$tmp/$1" $2 2>"$tmp/json" || problem="no JSON: $(tail -1 "$tmp/json")"
}

if command -v python3 >/dev/null 2>&1; then
	scope 0 run --json "$tmp/good.lesson"
	json out event
	says out '"outcome":"as it says"'
	result '--json: one object a line' "$problem"

	scope 3 run --json "$tmp/other.lesson"
	json out event
	says out '"line_number":4'
	result '--json: what went otherwise' "$problem"

	scope 2 run --json "$tmp/mistake.lesson"
	json out event
	result '--json: a lesson that cannot be read' "$problem"

	# Long Chinese text is cut between characters, never within one.
	{
		printf 'say     '
		for i in 1 2 3 4 5 6 7 8 9 10; do
			printf '写满的管道阻塞写者，读者取走一页后写者才醒来。'
			[ "$i" != 5 ] || printf 'a'
		done
		echo
		for i in x xy xyz; do
			printf 'spawn   %s = printf "管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道"\n' $i
			echo "$i +++ exited with 0 +++"
		done
	} >"$tmp/wide.lesson"
	scope 0 run --json "$tmp/wide.lesson"
	json out event
	result '--json: long wide text' "$problem"

	scope 0 list --json
	json out
	result 'list --json: one object a line' "$problem"
else
	for name in 'one object a line' otherwise mistake wide list; do
		skip "--json: $name" 'python3 is not there'
	done
fi

# ---- lessons that use others

printf 'lesson  Two\nsay     Left out.\nparent  p = pipe()\nparent  fork child\n' >"$tmp/with-two.lesson"
printf 'lesson  One\nuse     with-two\nchild   write(p.w, "x") = 1\n' >"$tmp/one.lesson"
scope 0 run "$tmp/one.lesson"
says out 'fork child'
says out 'write(4, "x")'
[ -n "$problem" ] || ! grep -E '^use|Left out' "$tmp/out" || problem='the line itself, or what is said there, is in the trace'
result 'a lesson that uses another: its steps are in the trace' "$problem"

cp "$tmp/out" "$tmp/trace.lesson"
scope 0 run -q "$tmp/trace.lesson"
result 'and the trace is a lesson' "$problem"

echo 'parent  close(0) = -1 EBADF' >>"$tmp/with-two.lesson"
scope 3 run -q "$tmp/one.lesson"
says err 'with-two.lesson:5: the kernel did otherwise'
result 'what goes otherwise in the used lesson is told there' "$problem"

printf 'lesson  Two\nparent  p = pipe()\n' >"$tmp/with-two.lesson"
scope 2 check "$tmp/with-two.lesson" "$tmp/one.lesson"
says err 'one.lesson:3:1: there is no process child'
result 'and what is missing then, at its line' "$problem"

# ---- list and check

scope 0 list
says out 'pipe/full'
is_empty err
result 'list names the lessons' "$problem"

scope 0 list --claims
says out 'false    A pipe'\''s buffer is 4 KiB                 pipe/full'
is_empty err
result 'list --claims tells verdicts' "$problem"

cp -r "$IPCSCOPE_LESSONS" "$tmp/lessons"
chmod -R u+w "$tmp/lessons"
rm "$tmp/lessons/claims"
IPCSCOPE_LESSONS=$tmp/lessons
scope 1 list --claims
IPCSCOPE_LESSONS=$lessons
says err 'lessons/claims: No such file'
result 'list --claims without claims: 1' "$problem"

scope 0 check "$tmp/good.lesson" "$tmp/other.lesson" pipe/full
is_empty out
is_empty err
result 'check runs nothing and finds nothing wrong' "$problem"

scope 2 check "$tmp/good.lesson" "$tmp/mistake.lesson"
says err 'mistake.lesson:1:9: '
result 'check reports mistakes: 2' "$problem"

scope 2 check "$tmp/garbage.lesson"
result 'check of garbage: 2' "$problem"

# ---- streams that are closed

timeout 60 "$program" run "$tmp/good.lesson" >&- 2>"$tmp/err"
status=$?
problem=
[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
says err 'standard output'
gone
result 'a closed standard output: 1, and said so' "$problem"

if [ -w /dev/full ]; then
	timeout 60 "$program" run "$tmp/good.lesson" >/dev/full 2>"$tmp/err"
	status=$?
	problem=
	[ "$status" -eq 1 ] || problem="exit status $status instead of 1"
	says err 'standard output'
	result 'a full disk: 1, and said so' "$problem"
else
	skip 'a full disk: 1, and said so' 'there is no /dev/full'
fi

{
	cat "$tmp/good.lesson"
	i=0
	while [ $i -lt 2000 ]; do
		echo 'parent  write(p.w, 1)              = 1'
		i=$((i + 1))
	done
} >"$tmp/long.lesson"
problem=
[ "$(timeout 60 "$program" run "$tmp/long.lesson" 2>"$tmp/err" | head -1)" = 'lesson  A good one' ] ||
	problem='the first line is another'
gone
result 'a reader that goes away (| head -1): nothing is left' "$problem"

timeout 60 "$program" run -q "$tmp/good.lesson" <&- >"$tmp/out" 2>"$tmp/err"
status=$?
problem=
[ "$status" -eq 0 ] || problem="exit status $status instead of 0"
result 'a closed standard input: 0' "$problem"

problem=
gone
result 'no folder is left' "$problem"
echo "1..$number"
