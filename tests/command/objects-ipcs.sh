#!/bin/sh
# SPDX-License-Identifier: MIT
# Every number that ipcscope objects and ipcs(1) or lsipc(1) both tell is the same, of objects of each kind and of
# the limits; and every key that is printed as JSON stands in its section of ipcscope-json(5).

. "${srcdir:-.}/tests/command/common.sh"

if ! command -v python3 >/dev/null 2>&1 || ! command -v ipcs >/dev/null 2>&1 || ! ipcs -q >/dev/null 2>&1; then
	skip 'the numbers of ipcs' 'needs python3, ipcs and System V objects'
	echo "1..$number"
	exit 0
fi
# In an IPC namespace of its own, where that may be had, nobody else makes objects meanwhile.
if [ -z "$TEST_IS_ALONE" ] && unshare --ipc true 2>/dev/null; then
	TEST_IS_ALONE=1 exec unshare --ipc sh "$0"
fi
TZ=UTC LC_ALL=C.UTF-8
export TZ LC_ALL

# ---- what is compared: two queues, three segments, two sets, used in all ways; their ids go to a file

cat >"$tmp/world.py" <<'END_OF_WORLD'
import ctypes, os, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
CREATE, REMOVE, LOCK, SETVAL = 0o1000, 0, 11, 16

def check(answer):
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer

class sembuf(ctypes.Structure):
    _fields_ = [("num", ctypes.c_ushort), ("op", ctypes.c_short), ("flags", ctypes.c_short)]

def queue(mode):
    made.append("q:%d" % check(libc.msgget(0, CREATE | mode)))
    return int(made[-1][2:])

def segment(size, mode):
    made.append("m:%d" % check(libc.shmget(0, size, CREATE | mode)))
    return int(made[-1][2:])

def semaphores(n, mode):
    made.append("s:%d" % check(libc.semget(0, n, CREATE | mode)))
    return int(made[-1][2:])

def child(what):
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, 9) # goes with its parent
        what()
        os._exit(0)
    return pid

def send(id, n):
    check(libc.msgsnd(id, struct.pack("l", 5) + b"x" * n, n, 0))

def attached(id, flags=0):
    check(ctypes.c_long(libc.shmat(id, None, flags)).value)

made = []
full = queue(0o640)
send(full, 100)
send(full, 3)
check(libc.msgrcv(full, ctypes.create_string_buffer(2000), 1000, 0, 0))
queue(0o604)
shared = segment(12345, 0o640)
attached(shared)
marked = segment(1 << 20, 0o600)
attached(marked)
check(libc.shmctl(marked, REMOVE, None))
child(lambda: (attached(shared), time.sleep(1000)))
locked = segment(4096, 0o666)
libc.shmctl(locked, LOCK, None) # without privilege only as far as RLIMIT_MEMLOCK goes
read, write = os.pipe()
os.waitpid(child(lambda: os.write(write, b"m:%d" % segment(1, 0o600))), 0)
made.append(os.read(read, 40).decode()) # an orphan
set = semaphores(4, 0o640)
check(libc.semctl(set, 1, SETVAL, ctypes.c_int(5)))
check(libc.semop(set, ctypes.byref(sembuf(2, 3, 0)), 1))
for number, change in (0, -1), (0, -1), (2, 0):
    child(lambda: libc.semop(set, ctypes.byref(sembuf(number, change, 0)), 1))
semaphores(9, 0o400)
open(sys.argv[1] + "~", "w").write(" ".join(made))
os.rename(sys.argv[1] + "~", sys.argv[1])
time.sleep(1000)
END_OF_WORLD

# ---- how

cat >"$tmp/compare.py" <<'END_OF_COMPARE'
import calendar, json, re, subprocess, sys, time
program, ids = sys.argv[1], sys.argv[2].split()
wrong, compared = [], 0

def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                          universal_newlines=True).stdout

def same(what, ours, theirs):
    global compared
    compared += 1
    if str(ours) != str(theirs):
        wrong.append("%s: %s, and theirs is %s" % (what, ours, theirs))

def moment(text):
    if not text or text.strip() in ("Not set", "-"):
        return None
    for form in "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%S":
        try:
            return calendar.timegm(time.strptime(text.strip()[:24 if text[:1].isalpha() else 19], form))
        except ValueError:
            pass
    return "no moment: " + text

def pid(process):
    return process["pid"] if process else 0

lines = [json.loads(line) for line in run(program, "objects", "--all", "--json").splitlines()]
letter = {"queue": "q", "shm": "m", "sem": "s"}
ours = {"%s:%d" % (letter[o["kind"]], o["id"]): o for o in lines if o["type"] == "facility" and "id" in o}
limits = {o["name"] or o["what"]: o for o in lines if o["type"] == "limit"}

# Our key, and what both kinds of tools call it; a number, or a moment, or a process.
plain = {
    "q": {"bytes": "cbytes", "limit": "qbytes", "messages": "qnum"}, "m": {"size": "bytes", "attached": "nattch"},
    "s": {"count": "nsems"},
}
moments = {
    "q": {"sent": "send_time", "received": "rcv_time", "changed": "change_time"},
    "m": {"attach_time": "att_time", "detach_time": "det_time", "changed": "change_time"},
    "s": {"operated": "otime", "changed": "ctime"},
}
processes = {
    "q": {"last_sender": "lspid", "last_receiver": "lrpid"}, "m": {"creator_process": "cpid", "last": "lpid"}, "s": {},
}
columns = { # of lsipc(1)
    "q": {"bytes": "usedbytes", "messages": "msgs", "sent": "send", "received": "recv", "last_sender": "lspid",
          "last_receiver": "lrpid"},
    "m": {"size": "size", "attached": "nattch", "attach_time": "attach", "detach_time": "detach", "creator_process": "cpid",
          "last": "lpid"},
    "s": {"count": "nsems", "operated": "otime"},
}
owners = {"uid": "uid", "gid": "gid", "creator_uid": "cuid", "creator_gid": "cgid"}

def with_ipcs(id):
    kind, o = id[0], ours[id]
    text = run("ipcs", "-" + kind, "-i", id[2:])
    found = dict(re.findall(r"(\w+) ?= ?([^\t,\n]*)", text))
    for names in plain[kind], owners:
        for key, name in names.items():
            same("%s %s" % (id, key), o[key], found[name].strip())
    for key, name in moments[kind].items():
        same("%s %s" % (id, key), o[key], moment(found[name]))
    for key, name in processes[kind].items():
        same("%s %s" % (id, key), pid(o[key]), found[name].strip())
    same(id + " mode", int(o["mode"], 8) & 0o777, int(found["mode"], 8) & 0o777)
    if kind == "s":
        rows = re.findall(r"^(\d+) +(\d+) +(\d+) +(\d+) +(\d+)", text, re.M)
        same(id + " semaphores", [(i, s["value"], s["waiters"], s["zero_waiters"], pid(s["last"]))
                                  for i, s in enumerate(o["semaphores"])], [tuple(map(int, row)) for row in rows])

def with_list(id):
    """ipcs -a: key, owner, permissions and status."""
    kind, o = id[0], ours[id]
    row = [line.split() for line in run("ipcs", "-" + kind).splitlines() if line.split()[1:2] == [id[2:]]][0]
    same(id + " key", o["key"], row[0])
    same(id + " user", o["user"], row[2])
    same(id + " permissions", o["mode"].lstrip("0") or "0", row[3])
    if kind == "m":
        same(id + " status", (o["marked"], o["locked"]), ("dest" in row[6:], "locked" in row[6:]))

def with_lsipc(id):
    kind, o = id[0], ours[id]
    names = {"key": "key", "user": "user", "group": "group", "creator": "cuser", "creator_group": "cgroup", "changed": "ctime"}
    names.update(owners)
    names.update(columns[kind])
    text = run("lsipc", "-" + kind, "-J", "-b", "--time-format=iso", "-o", ",".join(["ID"] + [n.upper() for n in names.values()]))
    row = [r for rows in json.loads(text).values() for r in rows if str(r["id"]) == id[2:]][0]
    for key, name in names.items():
        value = o[key]
        if key in moments[kind] or key in processes[kind]:
            value = pid(value) if key in processes[kind] else value
            same("lsipc %s %s" % (id, key), value, moment(row[name]) if key in moments[kind] else row[name] or 0)
        else:
            same("lsipc %s %s" % (id, key), value, row[name])
    if kind == "m" and o["creator_process"]["alive"]:
        command = run("lsipc", "-m", "-J", "-o", "ID,COMMAND")
        row = [r for rows in json.loads(command).values() for r in rows if str(r["id"]) == id[2:]][0]
        # Ours is cut when it is long.
        same("lsipc %s command" % id, o["creator_process"]["command"], row["command"][:len(o["creator_process"]["command"])])

def number(text, label):
    return int(re.search(label + r"\D*?(\d+)", text).group(1))

def with_limits():
    said, used = run("ipcs", "-l"), run("ipcs", "-u")
    for name, label in (("MSGMNI", "max queues system wide"), ("MSGMAX", r"max size of message \(bytes\)"),
                        ("MSGMNB", r"default max size of queue \(bytes\)"), ("SHMMNI", "max number of segments"),
                        ("SHMMIN", r"min seg size \(bytes\)"), ("SEMMNI", "max number of arrays"),
                        ("SEMMSL", "max semaphores per array"), ("SEMMNS", "max semaphores system wide"),
                        ("SEMOPM", "max ops per semop call"), ("SEMVMX", "semaphore max value")):
        same("ipcs -l " + name, limits[name]["limit"], number(said, label))
    for name, label in (("MSGMNI", "allocated queues"), ("messages in queues", "used headers"), ("bytes in queues", "used space"),
                        ("SHMMNI", "segments allocated"), ("SHMALL", "pages allocated"), ("of it in memory", "pages resident"),
                        ("of it swapped out", "pages swapped"), ("SEMMNI", "used arrays"), ("SEMMNS", "allocated semaphores")):
        same("ipcs -u " + name, limits[name]["used"], number(used, label))

def with_global():
    rows = json.loads(run("lsipc", "-g", "-J", "-b"))["ipclimits"]
    for row in rows:
        ours = limits.get(row["resource"])
        if not ours: # of a later lsipc, POSIX
            continue
        limit = int(row["limit"])
        same("lsipc -g " + row["resource"], ours["limit"] if limit < 1 << 63 else abs(ours["limit"] / limit - 1) < 1e-6,
             limit if limit < 1 << 63 else True)
        # lsipc 2.38 rounds each segment's pages down, and counts not all semaphores: ipcs -u has these.
        if row["resource"] in ("MSGMNI", "SHMMNI", "SEMMNI"):
            same("lsipc -g used " + row["resource"], ours["used"], row["used"])

part = sys.argv[3]
if part == "limits":
    with_limits()
elif part == "global":
    with_global()
else:
    for id in ids:
        {"ipcs": with_ipcs, "list": with_list, "lsipc": with_lsipc}[part](id)
if wrong or not compared:
    print("\n".join(wrong) or "nothing was compared")
    sys.exit(1)
END_OF_COMPARE

python3 "$tmp/world.py" "$tmp/ids" 2>"$tmp/err" &
world=$!
children="$children $world"
problem=
eventually test -s "$tmp/ids"
objects="$objects $(cat "$tmp/ids" 2>/dev/null)"
result 'objects of each kind' "$problem"

# compare PART NAME: some times, for others make and remove objects meanwhile, and sleepers come.
compare()
{
	for try in 1 2 3 4 5 6 7 8 9 10; do
		problem=
		python3 "$tmp/compare.py" "$program" "$ids" "$1" >"$tmp/out" 2>"$tmp/err" && break
		problem="$(head -1 "$tmp/out")$(tail -1 "$tmp/err")"
	done
	result "$2" "$problem"
}

ids=$(cat "$tmp/ids" 2>/dev/null)
compare ipcs 'the numbers of ipcs -i'
compare list 'the keys, permissions and states of ipcs -a'
compare limits 'the limits of ipcs -l and the sums of ipcs -u'
if lsipc -g -J >/dev/null 2>&1; then
	compare lsipc 'the columns of lsipc'
	compare global 'the limits of lsipc -g'
else
	skip 'the columns of lsipc' 'lsipc is not there, or prints no JSON'
	skip 'the limits of lsipc -g' 'lsipc is not there, or prints no JSON'
fi

# ---- the keys of JSON are those of the manual

# Keys that are printed, and those that one section of ipcscope-json(5) explains.
cat >"$tmp/keys.py" <<'END_OF_KEYS'
import json, re, sys
page, section = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
text = re.search(r"^\.Sh %s\n(.*?)^\.Sh " % section, page, re.M | re.S).group(1)
told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.(?:It )?Li (.*)$", text, re.M))))
printed = set()

def collect(value):
    if isinstance(value, dict):
        printed.update(value)
        for inner in value.values():
            collect(inner)
    elif isinstance(value, list):
        for inner in value:
            collect(inner)

for line in sys.stdin:
    collect(json.loads(line))
# X_why is told of all X at the beginning.
missing = sorted(key for key in printed if key not in told and not (key.endswith("_why") and key[:-4] in told))
print("not in %s: %s" % (section, ", ".join(missing)) if missing else "" if len(printed) > 3 else "too few keys")
END_OF_KEYS

# keys NAME SECTION ARGUMENT...
keys()
{
	name=$1 section=$2
	shift 2
	timeout 60 "$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	problem=$(python3 "$tmp/keys.py" "$top_srcdir/man/ipcscope-json.5" "$section" <"$tmp/out" 2>&1 | tail -1)
	result "$name: its keys are in ipcscope-json(5)" "$problem"
}

keys 'objects --all --json' OBJECTS objects --all --json
keys 'objects rm --json' OBJECTS objects rm --json --pattern 'm:*'
keys 'system --all --json' SYSTEM system --all --json
keys 'why --json' WHY why --json "$world"
keys 'list --json' LIST list --json
keys 'list --claims --json' LIST list --claims --json
echo "1..$number"
