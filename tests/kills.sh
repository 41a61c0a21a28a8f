#!/bin/sh
# SPDX-License-Identifier: MIT
# However it ends, nothing is left behind and nothing else is touched: the front end, the stagehand
# and the processes are killed in every way, in the middle of a lesson that has made everything that
# can be left behind, and at random moments.

# In a namespace of our own nobody else's objects come and go.
if [ -z "$KILLS_INSIDE" ]; then
	KILLS_INSIDE=1
	export KILLS_INSIDE
	if unshare --ipc --mount true 2>/dev/null; then
		KILLS_INSIDE=alone exec unshare --ipc --mount sh "$0"
	elif unshare --user --map-root-user --ipc --mount true 2>/dev/null; then
		KILLS_INSIDE=alone exec unshare --user --map-root-user --ipc --mount sh "$0"
	fi
fi

IPCSCOPE_LESSONS=${IPCSCOPE_LESSONS:-${srcdir:-.}/lessons}
export IPCSCOPE_LESSONS
unset XDG_RUNTIME_DIR
number=0
other= bystander= front= isolate=

tmp=$(mktemp -d) || { echo 'Bail out! no temporary folder'; exit 1; }
# Also when a test gives up in the middle: nothing of the test itself stays either.
finish()
{
	for pid in $(ours) $bystander; do
		kill -KILL "$pid" 2>/dev/null
	done
	[ -z "$other" ] || ipcrm -q "$other" 2>/dev/null
	umount "$tmp/mqueue" 2>/dev/null
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/run" "$tmp/mqueue" || exit 1
# The queues of this namespace: no call lists them.
# Nor anybody else's shared memory and semaphores, whose folder is not of the namespace.
[ "$KILLS_INSIDE" != alone ] || mount -t tmpfs none /dev/shm 2>/dev/null
expected=6
if mount -t mqueue none "$tmp/mqueue" 2>/dev/null; then
	expected=7
fi

cat >"$tmp/still.lesson" <<'END'
parent  p = pipe()
parent  e = pipe()
parent  q = msgget(IPC_PRIVATE, 0600)
parent  m = shmget(IPC_PRIVATE, 4096, 0600)
parent  a = shmat(m)
parent  s = semget(IPC_PRIVATE, 1, 0600)
parent  mq = mq_open("/q", O_RDWR|O_CREAT, 0600, 1, 16)
parent  mq_send(mq, "x")                    = 0
parent  shared = shm_open("/m", O_RDWR|O_CREAT, 0600)
parent  ftruncate(shared, 4096)             = 0
parent  b = mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, shared, 0)
parent  named = sem_open("/s", O_CREAT, 0600, 0)
parent  l = socket(AF_UNIX, SOCK_STREAM)
parent  bind(l, "socket")                   = 0
parent  listen(l, 1)                        = 0
parent  t = openpty()
parent  event = eventfd(0)
parent  lock = open("lock", O_RDWR|O_CREAT, 0600)
parent  flock(lock, LOCK_EX)                = 0
parent  mkfifo("f", 0600)                   = 0
parent  file = open("file", O_WRONLY|O_CREAT, 0600)
parent  fork writer
writer  write(p.w, 100K)                    ...
parent  fork reader
reader  read(e.r, 1)                        ...
parent  fork sender
sender  mq_send(mq, "y")                    ...
parent  fork poster
poster  sem_wait(named)                     ...
parent  fork acceptor
acceptor accept(l)                          ...
parent  fork counter
counter eventfd_read(event)                 ...
parent  fork waker
waker   futex(b, FUTEX_WAIT, 0)             ...
parent  fork operator
operator semop(s, {0, -1, SEM_UNDO})        ...
parent  fork receiver
receiver msgrcv(q, 10, 0)                   ...
spawn   locker
locker  other = open("lock", O_RDWR)
locker  flock(other, LOCK_EX)               ...
parent  fork middle
middle  fork grandchild
grandchild k = msgget(IPC_PRIVATE, 0600)
grandchild wait()
spawn   opener
opener  open("f", O_RDONLY)                 ...
spawn   sleeper
sleeper sigprocmask(SIG_BLOCK, SIGTERM|SIGHUP|SIGINT) = 0
sleeper pause()                             ...
spawn   stopped
parent  kill(stopped, SIGSTOP)              = 0
expect  stopped stopped
spawn   program = sleep 1000
spawn   shell = sh -c 'trap "" TERM HUP INT; sleep 1000 & sleep 1000'
spawn   paced
paced   repeat umask(0) every 10ms
expect  paced.calls > 1
within  60s
expect  p.bytes == 7
END
sed 's/^within .*/within  1s/' "$tmp/still.lesson" >"$tmp/brief.lesson"
printf 'parent  p = pipe()\n' >"$tmp/short.lesson"

# Everything that a run starts has this in its environment, programs and their children included.
mark="TMPDIR=$tmp/run"
ours()
{
	grep -lszFx -e "$mark" /proc/[0-9]*/environ 2>/dev/null | sed -n 's|^/proc/\([0-9]*\)/environ$|\1|p'
}

objects()
{
	for kind in msg shm sem; do
		[ ! -r /proc/sysvipc/$kind ] || awk -v kind=$kind 'NR > 1 { print kind, $2 }' /proc/sysvipc/$kind
	done >"$tmp/listed"
	for name in "$tmp"/mqueue/* /dev/shm/*; do
		[ ! -e "$name" ] || echo "$name"
	done >>"$tmp/listed"
	sort "$tmp/listed"
}

# until COMMAND...: tries until it succeeds, for as long as a loaded machine may need.
until_true()
{
	deadline=$(($(date +%s) + 30))
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.01
	done
}

stands_still()
{
	grep -q '^paced *repeat' "$tmp/out" 2>/dev/null && [ -n "$(objects_of_run)" ]
}

objects_of_run()
{
	objects >"$tmp/now"
	comm -13 "$tmp/before" "$tmp/now"
}

no_processes()
{
	[ -z "$(ours)" ]
}

no_stage_processes()
{
	for pid in $(ours); do
		case $(cat "/proc/$pid/comm" 2>/dev/null) in
		sleep | sh) ;; # of a real program: the next start removes what was its child
		'') ;;
		*) return 1 ;;
		esac
	done
}

no_objects()
{
	[ -z "$(objects_of_run)" ]
}

no_folders()
{
	[ -z "$(ls -A "$tmp/run")" ]
}

# start LESSON...: the front end, which has a child that is none of ours; sets front, stagehand.
# A shell has its background jobs ignore SIGINT and SIGQUIT, which the program would respect.
start()
{
	rm -f "$tmp/out" "$tmp/err" "$tmp/bystander"
	MARK=$mark TMP=$tmp ISOLATE=$isolate sh -c '
		sleep 1000 >/dev/null 2>&1 &
		echo $! >"$TMP/bystander"
		exec env --default-signal=HUP,INT,QUIT,TERM "$MARK" ./ipcscope run $ISOLATE "$@"
	' sh "$@" </dev/null >"$tmp/out" 2>"$tmp/err" &
	front=$!
}

find_stagehand()
{
	stagehand=$(called stagehand)
	[ -n "$stagehand" ]
}

# called NAME: ours of that name, without the one that was started.
called()
{
	for pid in $(ours); do
		[ "$pid" = "$front" ] || [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$1" ] || echo "$pid"
	done
}

# Everything is set up: who is there is kept in everybody.
start_still()
{
	start "$tmp/still.lesson"
	problem=
	if ! until_true stands_still; then
		problem='the lesson did not come so far'
		return
	fi
	find_stagehand || problem='there is no stagehand'
	everybody=$(ours | grep -vx -e "$front" -e "$stagehand")
	[ "$(echo "$everybody" | wc -l)" -ge 20 ] || problem="only these processes were there: $everybody"
	[ "$(objects_of_run | wc -l)" -eq "$expected" ] || problem="not the objects expected: $(objects_of_run)"
}

# After all: nothing of ours, everything of others.
clean()
{
	bystander=$(cat "$tmp/bystander" 2>/dev/null)
	[ -n "$problem" ] || until_true no_processes || problem="processes are left: $(ours | tr '\n' ' ')"
	[ -n "$problem" ] || until_true no_objects || problem="objects are left: $(objects_of_run | tr '\n' ' ')"
	[ -n "$problem" ] || until_true no_folders || problem="files are left: $(ls -A "$tmp/run")"
	[ -n "$problem" ] || cmp -s "$tmp/before" "$tmp/now" || problem="an object of somebody else is gone"
	[ -n "$problem" ] || [ -z "$bystander" ] || kill -0 "$bystander" 2>/dev/null || problem='a bystander was killed'
	[ -z "$bystander" ] || kill -KILL "$bystander" 2>/dev/null
	bystander=
}

result()
{
	number=$((number + 1))
	if [ -z "$problem" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# $problem"
		sed 's/^/# err: /' "$tmp/err"
		for pid in $(ours); do
			echo "# $pid $(cat "/proc/$pid/comm"): $(cat "/proc/$pid/wchan")"
			kill -KILL "$pid"
		done 2>/dev/null
		rm -rf "$tmp/run"
		mkdir "$tmp/run"
		objects >"$tmp/before"
	fi
}

front_is_over()
{
	case $(sed 's/.*) \(.\).*/\1/' "/proc/$front/stat" 2>/dev/null) in
	'' | Z) ;;
	*) return 1 ;;
	esac
}

# Waits for the front end; sets status.
front_ends()
{
	if ! until_true front_is_over; then
		problem=${problem:-"the front end does not end: in system call $(cat "/proc/$front/syscall")"}
		kill -KILL "$front"
	fi
	wait "$front" 2>/dev/null
	status=$?
}

if command -v ipcmk >/dev/null 2>&1; then
	other=$(ipcmk -Q | sed 's/.*: //')
fi
objects >"$tmp/before"

# The checks themselves must be able to fail.
start_still
[ -z "$problem" ] && no_processes && problem='processes that are there are not seen'
[ -z "$problem" ] && no_objects && problem='objects that are there are not seen'
[ -z "$problem" ] && no_folders && problem='folders that are there are not seen'
kill -TERM "$front"
front_ends
clean
result 'the checks see what is there'

for signal in TERM HUP INT QUIT KILL; do
	start_still
	[ -n "$problem" ] || kill -$signal "$front"
	front_ends
	[ "$status" -ge 128 ] || [ -n "$problem" ] || problem="exit status $status instead of the signal's"
	clean
	result "the front end: SIG$signal"
done

for signal in TERM INT HUP KILL; do
	start_still
	[ -n "$problem" ] || kill -$signal "$stagehand"
	front_ends
	[ "$status" -eq 1 ] || [ -n "$problem" ] || problem="exit status $status instead of 1"
	[ -n "$problem" ] || grep -q 'the stagehand was killed' "$tmp/err" || problem='it is not told'
	clean
	result "the stagehand: SIG$signal"
done

# One process after the other; the rest goes on and is ended by SIGTERM.
start_still
count=$(echo "$everybody" | wc -l)
kill -TERM "$front"
front_ends
clean
i=1
while [ "$i" -le "$count" ]; do
	start_still
	if [ -z "$problem" ]; then
		victim=$(echo "$everybody" | sed -n "${i}p")
		name=$(cat "/proc/$victim/comm" 2>/dev/null)
		kill -KILL "$victim"
	fi
	[ -n "$problem" ] || [ "$name" = parent ] || kill -0 "$front" 2>/dev/null || problem="the front end ended with $name"
	kill -TERM "$front" 2>/dev/null
	front_ends
	clean
	result "process $i, then the front end: SIGKILL, SIGTERM"
	i=$((i + 1))
done

start_still
[ -n "$problem" ] || kill -KILL $everybody
kill -TERM "$front" 2>/dev/null
front_ends
clean
result 'every process at once: SIGKILL'

for order in 'front stagehand' 'stagehand front'; do
	start_still
	if [ -z "$problem" ]; then
		case $order in
		front*) kill -KILL "$front" "$stagehand" ;;
		*) kill -KILL "$stagehand" "$front" ;;
		esac
	fi
	front_ends
	[ -n "$problem" ] || until_true no_stage_processes || problem="processes live on: $(ours | tr '\n' ' ')"
	[ -n "$problem" ] || [ -n "$(objects_of_run)" ] || ls -A "$tmp/run" | grep -q . || problem='there was nothing left to remove'
	[ -n "$problem" ] || timeout 60 env "$mark" ./ipcscope run -q "$tmp/short.lesson" >"$tmp/out" 2>"$tmp/err" || problem='the next start fails'
	clean
	result "both at once ($order): SIGKILL; the next start removes the rest"
done

# With --isolate: the one that was started is outside, the first process and the program inside.
isolate=--isolate

paced()
{
	grep -q '^paced *repeat' "$tmp/out" 2>/dev/null
}

start_isolated()
{
	start "$tmp/still.lesson"
	problem=
	until_true paced || problem='the lesson did not come so far'
	find_stagehand || problem='there is no stagehand'
	first=$(called first) program=$(called ipcscope)
	[ -n "$first" ] || problem='there is no first process'
	[ -n "$program" ] || problem='there is no program inside'
	[ -z "$(objects_of_run)" ] || problem="its objects are seen outside: $(objects_of_run)"
	[ "$(ours | wc -l)" -ge 16 ] || problem="only these processes were there: $(ours)"
}

# who, signal, exit status (128: that or more), what is told
isolated_ends()
{
	start_isolated
	case $1 in
	front) victims=$front ;;
	first) victims=$first ;;
	program) victims=$program ;;
	stagehand) victims=$stagehand ;;
	'program, stagehand') victims="$program $stagehand" ;;
	everybody) victims=$(ours) ;;
	esac
	[ -n "$problem" ] || kill -"$2" $victims 2>/dev/null
	front_ends
	case $3 in
	128) [ "$status" -ge 128 ] ;;
	*) [ "$status" -eq "$3" ] ;;
	esac || [ -n "$problem" ] || problem="exit status $status instead of $3"
	[ -n "$problem" ] || [ -z "$4" ] || grep -q "$4" "$tmp/err" || problem="it is not told: $4"
	# Without anybody who could, the next start removes the folder.
	if [ "$1" = everybody ] && [ -z "$problem" ]; then
		until_true no_processes || problem="processes live on: $(ours | tr '\n' ' ')"
		timeout 60 env "$mark" ./ipcscope run -q "$tmp/short.lesson" >"$tmp/out" 2>"$tmp/err" || problem='the next start fails'
	fi
	clean
	result "isolated, $1: SIG$2"
}

env "$mark" ./ipcscope run -q --isolate "$tmp/short.lesson" 2>"$tmp/err"
case $? in
4)
	number=$((number + 1))
	echo "ok $number - isolated # SKIP $(head -1 "$tmp/err" | tr '#' ' ')"
	;;
*)
	for signal in TERM HUP INT QUIT KILL; do
		isolated_ends front $signal 128
	done
	isolated_ends first KILL 1 'first process of its PID namespace was killed'
	isolated_ends program TERM 128
	isolated_ends program KILL 128
	isolated_ends stagehand TERM 1 'the stagehand was killed'
	isolated_ends stagehand KILL 1 'the stagehand was killed'
	isolated_ends 'program, stagehand' KILL 128
	isolated_ends everybody KILL 128
	for who in front first program front first program; do
		wait_ms=$(($(od -An -N2 -tu2 /dev/urandom) % 60))
		problem=
		start pipe/full sysv/ipcs signal/default "$tmp/brief.lesson"
		sleep "0.0$((wait_ms / 10))$((wait_ms % 10))"
		case $who in
		front) victims=$front ;;
		first) victims=$(called first) ;;
		program) victims=$(called ipcscope) ;;
		esac
		# Not there yet, or still called as it was before.
		kill -KILL ${victims:-$front} 2>/dev/null
		front_ends
		until_true no_processes || problem="processes live on: $(ours | tr '\n' ' ')"
		find "$tmp/run" -mindepth 1 -maxdepth 1 -type d -exec touch -d '2 minutes ago' {} +
		timeout 60 env "$mark" ./ipcscope run -q "$tmp/short.lesson" >"$tmp/out" 2>"$tmp/err" || problem='the next start fails'
		clean
		result "isolated, $who: SIGKILL after $wait_ms ms"
	done
	;;
esac
isolate=

# At random moments of lessons that make and end things all the time.
set -- 'front TERM' 'front KILL' 'stagehand KILL' 'both KILL' 'stagehand TERM'
i=0
while [ "$i" -lt 20 ]; do
	i=$((i + 1))
	who=${1% *} signal=${1#* }
	set -- "$@" "$1"
	shift
	wait_ms=$(($(od -An -N2 -tu2 /dev/urandom) % 60))
	problem=
	start pipe/full sysv/ipcs signal/default "$tmp/brief.lesson"
	sleep "0.0$((wait_ms / 10))$((wait_ms % 10))"
	find_stagehand
	case $who in
	front) kill -"$signal" "$front" ;;
	stagehand) [ -z "$stagehand" ] || kill -"$signal" "$stagehand" ;;
	both) kill -"$signal" "$front" $stagehand ;;
	esac 2>/dev/null
	# A stagehand that is killed before the front end has begun to play is missed at the first order.
	[ "$who$stagehand" != stagehand ] || kill -TERM "$front"
	front_ends
	if [ "$signal" = KILL ]; then
		until_true no_stage_processes || problem="processes live on: $(ours | tr '\n' ' ')"
		# What was never finished is removed when it is old.
		find "$tmp/run" -mindepth 1 -maxdepth 1 -type d -exec touch -d '2 minutes ago' {} +
		timeout 60 env "$mark" ./ipcscope run -q "$tmp/short.lesson" >"$tmp/out" 2>"$tmp/err" || problem='the next start fails'
	fi
	clean
	result "$who: SIG$signal after $wait_ms ms"
done
echo "1..$number"
