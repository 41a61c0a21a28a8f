#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file of the tree is named in its local.mk: one that is not would be missing from the
# build, from the installed program, or from a tarball only. Says one TAP line a folder.

. "${srcdir:-.}/tests/tap.sh"
root=${srcdir:-.}

# named FILE...: reads names of files and prints those that the makefiles FILE... do not hold.
unnamed()
{
	awk '
		FNR == 1 { file++ }
		file < ARGC - 1 {
			sub(/#.*/, "")
			for (i = 1; i <= NF; i++)
				named[$i] = 1
			next
		}
		!($0 in named)
	' "$@" -
}

# files FOLDER EXPRESSION...: what find(1) finds there, as the makefiles spell it. What bison and
# flex make lies in the source tree too when it is built in place.
files()
{
	folder=$1
	shift
	(cd "$root" && find -H "$folder" -type f \( "$@" \)) |
		sed -e '/^src\/script\/parser\.[ch]$/d' -e '/^src\/script\/scanner\.c$/d' | LC_ALL=C sort
}

# The check itself must be able to fail.
echo 'x += a/named.c # a/comment.c' >"$tmp/local.mk"
found=$(printf '%s\n' a/named.c a/forgotten.c a/comment.c | unnamed "$tmp/local.mk")
if [ "$(echo "$found" | tr '\n' ' ')" = 'a/forgotten.c a/comment.c ' ]; then
	wrong=
else
	wrong="found '$found' instead of a/forgotten.c and a/comment.c"
fi
report 'self-test: a forgotten file is seen' "$wrong"

for folder in "$root"/src/*/; do
	folder=src/$(basename "$folder")
	report "sources of $folder are named" \
		"$(files "$folder" -name '*.[chly]' | unnamed "$root/$folder/local.mk")"
done
report 'sources of ui are named' "$(files ui -name '*.[ch]' | unnamed "$root/ui/local.mk")"
report 'files of tests are named' "$(
	files tests ! -name '*.o' ! -name '*.P?' ! -name '*.gc*' ! -name '*.log' ! -name '*.trs' \
		! -name .dirstamp ! -name units ! -name man_tables ! -name term_demo ! -name pair ! -name figures \
		! -name '*~' ! -name '.*' ! -name local.mk |
		unnamed "$root/tests/local.mk" "$root/tests/bench/local.mk"
)"
report 'lessons are named' "$(files lessons ! -name '*~' ! -name '.*' ! -name local.mk | unnamed "$root/lessons/local.mk")"
report 'manual pages are named' "$(files man -name '*.[0-9]' | unnamed "$root/man/local.mk")"
echo "1..$number"
