#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing is left behind: System V objects, processes and files before and after every lesson was
# played, and each is told by name, so that what others do meanwhile on this machine does not count.

. "${srcdir:-.}/tests/tap.sh"
unset XDG_RUNTIME_DIR

mkdir "$tmp/run" || exit 1
TMPDIR=$tmp/run
export TMPDIR

# In a namespace of our own nobody else's objects come and go.
private=
if unshare --ipc true 2>/dev/null; then
	private='unshare --ipc'
elif unshare --user --map-root-user --ipc true 2>/dev/null; then
	private='unshare --user --map-root-user --ipc'
fi

list_lessons

# The objects there are, by kind and id.
cat >"$tmp/play" <<'END'
objects()
{
	for kind in msg shm sem; do
		[ ! -r /proc/sysvipc/$kind ] || awk -v kind=$kind 'NR > 1 { print kind, $2 }' /proc/sysvipc/$kind
	done | sort
}

# The check itself must be able to fail.
objects >"$1/before"
if command -v ipcmk >/dev/null 2>&1; then
	id=$(ipcmk -Q | sed 's/.*: //')
	objects >"$1/after"
	! cmp -s "$1/before" "$1/after" || echo 'an object that is there is not seen' >>"$1/objects"
	ipcrm -q "$id"
	objects >"$1/before"
fi
while IFS= read -r file; do
	timeout 60 ./ipcscope run -q "$file" </dev/null >/dev/null 2>&1
	objects >"$1/after"
	if ! cmp -s "$1/before" "$1/after"; then
		echo "$file leaves:" >>"$1/objects"
		comm -13 "$1/before" "$1/after" >>"$1/objects"
		cp "$1/after" "$1/before"
	fi
	find "$1/run" -mindepth 1 >"$1/found"
	if [ -s "$1/found" ]; then
		echo "$file leaves:" >>"$1/files"
		cat "$1/found" >>"$1/files"
	fi
done <"$1/list"
END
$private sh "$tmp/play" "$tmp"

# Processes of a stage are called so or carry the mark with our folder.
for environ in /proc/[0-9]*/environ; do
	if tr '\0' '\n' 2>/dev/null <"$environ" | grep -q "^IPCSCOPE_STAGE=$tmp/"; then
		pid=${environ%/environ}
		echo "process ${pid#/proc/}: $(tr '\0' ' ' <"$pid/cmdline")" >>"$tmp/processes"
	fi
done 2>/dev/null
# What works in our folder is ours too, also without the mark.
for cwd in /proc/[0-9]*/cwd; do
	case $(readlink "$cwd" 2>/dev/null) in
	"$tmp"/*) echo "process ${cwd#/proc/} works in $(readlink "$cwd")" >>"$tmp/processes" ;;
	esac
done

number=0
for what in objects files processes; do
	number=$((number + 1))
	name="every lesson: no $what are left"
	if [ -s "$tmp/$what" ]; then
		echo "not ok $number - $name"
		sed 's/^/# /' "$tmp/$what"
	elif [ "$what" = objects ] && [ -z "$private" ]; then
		echo "ok $number - $name (others' counted too: no namespace of our own here)"
	else
		echo "ok $number - $name"
	fi
done
echo "1..$number"
