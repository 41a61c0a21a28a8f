#!/bin/sh
# SPDX-License-Identifier: MIT
# The figures, measured in a folder of their own: what programs keep there goes with it. htop's
# settings too, so that it is the htop of a new user.
set -u

if test ! -x "$top_builddir/tests/bench/figures"; then
	echo 'bench: needs Check (Debian package check), then configure again' >&2
	exit 1
fi
BENCH_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/ipcscope-bench.XXXXXX") || exit 1
trap 'rm -rf "$BENCH_FOLDER"' EXIT
trap 'exit 1' HUP INT TERM
XDG_RUNTIME_DIR=$BENCH_FOLDER HOME=$BENCH_FOLDER HTOPRC=$BENCH_FOLDER/htoprc
export BENCH_FOLDER XDG_RUNTIME_DIR HOME HTOPRC

# Two thirds of it are what is needed.
timeout -k 10 300 "$top_builddir/tests/bench/figures" "$@"
