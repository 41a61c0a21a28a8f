#!/bin/sh
# SPDX-License-Identifier: MIT
# The floors of the house: reads every #include of src/ and ui/ and fails on one that runs up, on
# curses outside ui/term.c, and on folders of one floor that include each other in a circle.

. "${srcdir:-.}/tests/tap.sh"
root=${srcdir:-.}

# complaints: reads `FILE:LINE:TEXT` lines, prints a complaint a line.
complaints()
{
	awk '
	BEGIN {
		rows = split("base 0 probe 1 call 1 process 2 script 2 stage 3 play 4 system 4 " \
			"compare 4 command 5 ui 6", row, " ")
		for (i = 1; i < rows; i += 2)
			floor[row[i]] = row[i + 1]
	}
	# The folder that a path lies in, as floor[] knows it.
	function folder_of(path, part) {
		sub(/^src\//, "", path)
		return split(path, part, "/") > 1 ? part[1] : ""
	}
	function is_curses(name) {
		return name ~ /(^|\/)n?curses(w)?\.h$/ || name ~ /^ncurses/ || name ~ /(^|\/)term\.h$/ ||
			name ~ /(^|\/)(panel|menu|form)\.h$/
	}
	function look(file, line, text, kind, name, from, to) {
		if (text !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/) {
			if (text ~ /^[ \t]*#[ \t]*include/)
				print file ":" line ": cannot tell what this includes"
			return
		}
		name = text
		sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
		kind = substr(name, 1, 1)
		name = substr(name, 2)
		sub(/[">].*/, "", name)
		if (kind == "<") {
			if (is_curses(name) && file != "ui/term.c")
				print file ":" line ": <" name "> belongs into ui/term.c alone"
			return
		}
		if (name == "config.h") {
			configured[file] = 1
			return
		}
		from = folder_of(file)
		to = folder_of(name)
		if (!(from in floor))
			print file ":" line ": the folder " from " has no floor in tests/includes.sh"
		else if (!(to in floor))
			print file ":" line ": \"" name "\" does not begin with a folder that has a floor"
		else if (floor[to] > floor[from])
			print file ":" line ": " from " (floor " floor[from] ") includes " to " (floor " floor[to] ")"
		else if (from != to && floor[from] == floor[to]) {
			reach[from, to] = 1
			if (!((from, to) in place))
				place[from, to] = file ":" line
		}
	}
	{
		text = $0
		file = text; sub(/:.*/, "", file)
		text = substr(text, length(file) + 2)
		line = text; sub(/:.*/, "", line)
		text = substr(text, length(line) + 2)
		if (text ~ /^[ \t]*#[ \t]*(if|elif).*(^|[^A-Z_])HAVE_[A-Z]/)
			if (!(file in uses)) uses[file] = line
		if (text ~ /^[ \t]*#[ \t]*include/)
			look(file, line, text)
	}
	END {
		for (file in uses)
			if (!(file in configured))
				print file ":" uses[file] ": asks for HAVE_... without including \"config.h\""
		for (k in floor) for (i in floor) for (j in floor)
			if (((i, k) in reach) && ((k, j) in reach))
				reach[i, j] = 1
		for (pair in place) {
			split(pair, side, SUBSEP)
			if ((side[2], side[1]) in reach)
				print place[pair] ": " side[1] " includes " side[2] ", which includes " side[1]
		}
	}'
}

# expect COUNT NAME LINE...: the LINEs must draw COUNT complaints; so the check is seen to fail.
expect()
{
	count=$1 name=$2
	shift 2
	report "self-test: $name" "$(printf '%s\n' "$@" | complaints | awk -v want="$count" '
		{ said = said "\n" $0 }
		END { if (NR != want) print "wanted " want " complaints, got " NR said }')"
}

expect 0 'arrows down, within a folder and to the system are fine' \
	'src/stage/a.c:1:#include "base/text.h"' 'src/stage/a.c:2:#include "stage/a.h"' \
	'src/play/a.c:3:#include <stdio.h>' 'ui/a.c:1:#include "command/run.h"' \
	'ui/term.c:4:#include <curses.h>' 'ui/main.c:5:#include "ui/app.h"'
expect 1 'an arrow up' 'src/base/a.c:1:#include "probe/pipe.h"'
expect 1 'an arrow up, oddly spaced' 'src/play/a.c:1:	#  include	"command/run.h" /* why */'
expect 1 'src includes ui' 'src/command/a.c:7:#include "ui/app.h"'
expect 5 'curses elsewhere' 'ui/canvas.c:1:#include <curses.h>' 'src/base/a.c:1:#include <ncurses.h>' \
	'ui/app.h:1:#include <ncursesw/curses.h>' 'ui/keys.c:1:#include <term.h>' 'ui/main.c:1:#include <curses.h>'
expect 0 'one arrow sideways' 'src/call/a.c:1:#include "probe/pipe.h"'
expect 2 'a circle of two' 'src/call/a.c:1:#include "probe/pipe.h"' 'src/probe/b.h:1:#include "call/call.h"'
expect 3 'a circle of three' 'src/play/a.c:1:#include "system/a.h"' 'src/system/a.c:1:#include "compare/a.h"' \
	'src/compare/a.c:1:#include "play/a.h"'
expect 3 'what it cannot place' 'src/base/a.c:1:#include "text.h"' 'src/new/a.c:1:#include "base/text.h"' \
	'src/base/a.c:2:#include NAME'
expect 1 'a choice without config.h' 'src/probe/a.c:1:#ifdef HAVE_LIBPROC2'
expect 0 'a choice with config.h' 'src/probe/a.c:1:#include "config.h"' 'src/probe/a.c:2:#ifdef HAVE_LIBPROC2'

# What bison and flex make has no folder's author; its sources are read as they stand.
lines=$(cd "$root" && find src ui -name '*.[chly]' | LC_ALL=C sort |
	sed -e '/^src\/script\/parser\.[ch]$/d' -e '/^src\/script\/scanner\.c$/d' |
	xargs grep -nE '^[[:space:]]*#[[:space:]]*(include|if|elif)' /dev/null)
report 'there are includes to read' "$([ -n "$lines" ] || echo "no #include found in src and ui")"
report 'every include runs down' "$(printf '%s\n' "$lines" | complaints)"
echo "1..$number"
