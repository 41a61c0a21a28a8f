#!/bin/sh
# SPDX-License-Identifier: MIT
# The program in a real terminal, tmux's: starts, shows, plays, ends, and leaves the shell's
# screen as it was. Everything else about screens is in tests/screen.
set -u

if ! command -v tmux >/dev/null; then
	echo '1..0 # SKIP tmux is not there'
	exit 0
fi
folder=$(mktemp -d) || exit 99
program=${top_builddir:-.}/ipcscope
socket=$folder/tmux
failed=0 count=0

tm() {
	tmux -f /dev/null -S "$socket" "$@"
}
trap 'tm kill-server 2>/dev/null; rm -rf "$folder"' EXIT

# Waits until the text is on the screen.
sees() {
	tries=0
	while ! tm capture-pane -p -t test 2>/dev/null | grep -qF -- "$1"; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ]; then
			echo "# \"$1\" is not there:"
			tm capture-pane -p -t test | sed 's/^/# /'
			return 1
		fi
		sleep 0.1
	done
}

result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}

mkdir "$folder/run"
if ! env -u XDG_RUNTIME_DIR TMPDIR="$folder/run" HOME="$folder" LC_ALL=C.UTF-8 tmux -f /dev/null \
	-S "$socket" new-session -d -s test -x 80 -y 24 env PS1='shell$ ' sh -i; then
	echo '1..0 # SKIP tmux does not start here'
	exit 0
fi
sees 'shell$' || { echo 'Bail out! no shell in tmux'; exit 99; }
tm send-keys -t test "echo what was; $program" Enter
sees 'Enter play'
result $? 'the list of lessons'
tm send-keys -t test Enter
sees 'Space begins'
result $? 'a lesson on the stage'
tm send-keys -t test g
sees 'go to step'
tm send-keys -t test 6 Enter
sees '6 of '
result $? 'steps'
tm resize-window -t test -x 60 -y 20
sees '6 of '
result $? 'another size'
tm send-keys -t test F1
sees 'On the stage'
result $? 'help'
tm send-keys -t test q
sees 'shell$' && sees 'what was'
result $? 'the shell and what was on its screen are back'
tm send-keys -t test 'echo status $?' Enter
sees 'status 0'
result $? 'its status is 0'
test -z "$(ls "$folder/run")"
result $? 'nothing is left behind'
echo "1..$count"
exit $failed
