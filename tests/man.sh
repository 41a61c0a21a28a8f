#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages and the program say the same: tables of keys, calls, facts and claims, lessons, options,
# exit statuses, environment, examples. `man.sh rewrite` puts the tables into the pages instead.

root=${srcdir:-.}
man=$root/man
main=$man/ipcscope.1
. "${srcdir:-.}/tests/tap.sh"

# splice TABLE FILE PAGE: prints PAGE with FILE between the lines that begin and end TABLE; fails when
# there are no such lines.
splice()
{
	awk -v table="$1" -v file="$2" '
		$1 == ".\\\"" && $2 == "end" && $3 == table { inside = 0 }
		!inside { print }
		$1 == ".\\\"" && $2 == "begin" && $3 == table {
			inside = found = 1
			while ((getline line < file) > 0)
				print line
		}
		END { exit !found || inside }
	' "$3"
}

# page_of TABLE: the page that holds it.
page_of()
{
	case $1 in
	keys) echo "$main" ;;
	facts) echo "$man/ipcscope-facts.7" ;;
	claims) echo "$man/ipcscope-claims.7" ;;
	*) echo "$man/ipcscope-lesson.5" ;;
	esac
}

if [ "$1" = rewrite ]; then
	for table in keys calls facts claims; do
		page=$(page_of $table)
		./tests/man_tables $table >"$tmp/table" && splice $table "$tmp/table" "$page" >"$tmp/page" || exit 1
		cmp -s "$tmp/page" "$page" || { cat "$tmp/page" >"$page" && echo "$page: the table of $table"; }
	done
	exit 0
fi

# ---- tables ----------------------------------------------------------------------------------------

for table in keys calls facts claims; do
	page=$(page_of $table)
	./tests/man_tables $table >"$tmp/table" 2>"$tmp/err"
	if [ -s "$tmp/table" ]; then
		splice $table "$tmp/table" "$page" >"$tmp/page" || echo "no place for the table of $table" >>"$tmp/page"
		report "the table of $table is the program's" \
			"$(diff "$page" "$tmp/page" >"$tmp/diff" || { echo 'make man-tables writes it anew'; cat "$tmp/diff"; })"
	else
		report "the table of $table is the program's" "tests/man_tables printed nothing: $(cat "$tmp/err")"
	fi
done

# ---- form ------------------------------------------------------------------------------------------

for page in "$man"/*.[0-9]; do
	if command -v mandoc >/dev/null; then
		report "mandoc lints $(basename "$page")" "$(mandoc -T lint -W warning "$page" 2>&1)"
	else
		number=$((number + 1))
		echo "ok $number - mandoc lints $(basename "$page") # SKIP mandoc is not installed"
	fi
done

# ---- lessons ---------------------------------------------------------------------------------------

groups=$(awk '/^[a-z]/ { printf "%s%s", sep, $1; sep = "|" }' "$lessons/index")

# Every GROUP/NAME in the pages, whatever stands before and behind it. GROUP/with-NAME is there for
# other lessons to use.
cat "$man"/*.[0-9] | tr -c 'a-z0-9/_-' '\n' | grep -Ex "($groups)/[a-z0-9-]+" | LC_ALL=C sort -u >"$tmp/named"
(cd "$lessons" && find . -name '*.lesson' -type f ! -name 'with-*') | sed -e 's/^\.\///' -e 's/\.lesson$//' |
	LC_ALL=C sort >"$tmp/shipped"
report 'the pages name lessons' "$([ -s "$tmp/named" ] || echo 'none was found')"
report 'every lesson that a page names exists' "$(LC_ALL=C comm -23 "$tmp/named" "$tmp/shipped")"
report 'every shipped lesson is named in a page' "$(LC_ALL=C comm -13 "$tmp/named" "$tmp/shipped")"

# ---- the command -----------------------------------------------------------------------------------

./ipcscope --help >"$tmp/help" 2>&1
sed -n 's/^ *\(usage: \)\{0,1\}ipcscope //p' "$tmp/help" >"$tmp/usage"
report 'ipcscope --help shows its usage' "$([ -s "$tmp/usage" ] || { echo 'none was found:'; cat "$tmp/help"; })"

tr -c 'a-z-' '\n' <"$tmp/usage" | sed -n 's/^-\([a-z-]*[a-z]\)$/\1/p' | LC_ALL=C sort -u >"$tmp/options"
# flags PATTERN: the options that ipcscope(1) names so.
flags()
{
	grep -oE "$1-?[a-z][a-z-]*" "$main" | sed 's/^.*Fl //' | LC_ALL=C sort -u
}
flags '^\.It Fl ' >"$tmp/told"
report 'every option of --help is explained in ipcscope(1)' "$(LC_ALL=C comm -23 "$tmp/options" "$tmp/told")"
flags 'Fl ' >"$tmp/told"
report 'every option in ipcscope(1) is one of --help' "$(LC_ALL=C comm -13 "$tmp/options" "$tmp/told")"

sed -n 's/^\([a-z][a-z]*\) *.*/\1/p' "$tmp/usage" | LC_ALL=C sort -u >"$tmp/commands"
sed -n 's/^\.Nm Cm \([a-z]*\).*/\1/p' "$main" | LC_ALL=C sort -u >"$tmp/told"
report 'the commands of --help are those of ipcscope(1)' "$(diff "$tmp/commands" "$tmp/told")"

# section NAME: the lines of one section of ipcscope(1).
section()
{
	awk -v name="$1" '/^\.Sh / { inside = substr($0, 5) == name } inside' "$main"
}

sed -n 's/^.*STATUS_[A-Z]* = \([0-9]*\).*/\1/p' "$root/src/command/command.h" >"$tmp/statuses"
section 'EXIT STATUS' | sed -n 's/^\.It Li \([0-9]*\)$/\1/p' >"$tmp/told"
report 'exit statuses are those of command.h' \
	"$([ -s "$tmp/statuses" ] || echo 'none was found'; diff "$tmp/statuses" "$tmp/told")"

cat "$root"/src/*/*.c "$root"/ui/*.c | grep -oE 'getenv\("[A-Z_]+"\)' | grep -oE '[A-Z_]{2,}' |
	LC_ALL=C sort -u >"$tmp/asked"
section ENVIRONMENT | sed -n 's/^\.It Ev \(.*\)$/\1/p' | tr -d ',' | sed 's/ Ev / /g' | tr ' ' '\n' |
	LC_ALL=C sort -u >"$tmp/told"
report 'the environment that is read is in ipcscope(1)' "$(LC_ALL=C comm -23 "$tmp/asked" "$tmp/told")"

# What --json prints: every key that a command sets stands in ipcscope-json(5), and the kinds of events as the
# trace names them.
json=$man/ipcscope-json.5
{
	cat "$root"/src/command/*.c | grep -oE '(json_|json_object_|\<)set[a-z_]*\([a-z]+, "[a-z_]+"' | sed 's/^.*"\(.*\)"$/\1/'
	cat "$root"/src/command/*.c | grep -oE '(set_user|set_group)\([a-z]+, "[a-z_]+", "[a-z_]+"' | sed 's/^.*"\(.*\)"$/\1/'
} | LC_ALL=C sort -u >"$tmp/keys"
# .It Li and .Li name keys and values.
sed -n -e 's/^\.It Li \(.*\)$/\1/p' -e 's/^\.Li \(.*\)$/\1/p' "$json" | tr ' ,' '\n\n' | grep -xE '[a-z_]+' |
	LC_ALL=C sort -u >"$tmp/told"
report 'the keys of JSON are in ipcscope-json(5)' \
	"$([ "$(wc -l <"$tmp/keys")" -gt 60 ] || echo 'too few were found'; LC_ALL=C comm -23 "$tmp/keys" "$tmp/told")"
sed -n 's/^\.It Li \(.*\)$/\1/p' "$json" | tr ' ,' '\n\n' | grep -xE '[a-z_]+' | LC_ALL=C sort -u >"$tmp/told"
report 'ipcscope-json(5) has no other keys' "$(LC_ALL=C comm -13 "$tmp/keys" "$tmp/told")"
grep -oE '\[EVENT_[A-Z]+\] = "[a-z]+"' "$root/src/stage/trace.c" | grep -oE '[a-z]+' | LC_ALL=C sort >"$tmp/kinds"
sed -n 's/^\.Li //p' "$json" | tr -cs 'a-z' '\n' | LC_ALL=C sort -u >"$tmp/told"
report 'the kinds of events are in ipcscope-json(5)' \
	"$([ -s "$tmp/kinds" ] || echo 'none was found'; LC_ALL=C comm -23 "$tmp/kinds" "$tmp/told")"

# ---- examples --------------------------------------------------------------------------------------

# Every display that begins with a title line is a whole lesson: it is played.
for page in "$man"/*.[0-9]; do
	awk -v stem="$tmp/example-$(basename "$page")-" '
		/^\.Bd -literal/ { first = 1; next }
		/^\.Ed/ { file = ""; next }
		first { first = 0; file = /^lesson / ? stem (++n) : "" }
		file {
			gsub(/\\&/, ""); gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\e/, "\\")
			print >file
		}' "$page"
done
played=0 wrong=
for example in "$tmp"/example-*; do
	[ -f "$example" ] || continue
	mv "$example" "$example.lesson"
	played=$((played + 1))
	timeout 60 ./ipcscope run -q "$example.lesson" </dev/null >"$tmp/out" 2>&1 ||
		wrong="$wrong$(cat "$example.lesson" "$tmp/out")
"
done
report 'the pages hold whole lessons' "$([ $played -gt 0 ] || echo 'none was found')"
report "the pages' lessons play as they say" "$wrong"

echo "1..$number"
