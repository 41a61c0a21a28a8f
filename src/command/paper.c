/* SPDX-License-Identifier: MIT */
#include "command/paper.h"

#include <grp.h>
#include <langinfo.h>
#include <pwd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/width.h"

struct paper paper_of(FILE *f)
{
	struct paper p = { PAPER_WIDTH, !strcmp(nl_langinfo(CODESET), "UTF-8") };
	struct winsize size;

	if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col)
		p.width = size.ws_col < PAPER_NARROWEST ? PAPER_NARROWEST : size.ws_col;
	return p;
}

static void add_bytes(struct text *t, const struct paper *p, const char *s, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		uint32_t c;

		n = width_decode(s + i, length - i, &c);
		if (n == 0 || (n > 1 && !p->utf8))
			text_add(t, "?");
		else
			text_add_bytes(t, s + i, n);
		n += n == 0;
	}
}

void paper_add(struct text *t, const struct paper *p, const char *s)
{
	add_bytes(t, p, s, strlen(s));
}

void paper_add_cut(struct text *t, const struct paper *p, const char *s, int columns)
{
	const char *ellipsis = p->utf8 ? "…" : "...";
	int room = columns - width_text(ellipsis);

	if (width_text(s) <= columns) {
		paper_add(t, p, s);
	} else if (room < 1) {
		add_bytes(t, p, s, width_fit(s, columns));
	} else {
		add_bytes(t, p, s, width_fit(s, room));
		text_add(t, ellipsis);
	}
}

static int column(const struct text *t)
{
	const char *line = strrchr(text_string(t), '\n');

	return width_text(line ? line + 1 : text_string(t));
}

void paper_add_wrapped(struct text *t, const struct paper *p, const char *s, int indent)
{
	int room = p->width - column(t);

	for (size_t next; *s; s += next, room = p->width - indent) {
		size_t length = width_wrap(s, room > 8 ? room : 8, &next);

		add_bytes(t, p, s, length);
		text_add(t, "\n");
		if (s[next] && indent)
			text_pad(t, indent);
	}
}

void paper_add_bar(struct text *t, const struct paper *p, uint64_t part, uint64_t whole, int columns)
{
	static const char *const eighth[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int steps = p->utf8 ? 8 * columns : columns, filled = 0;

	if (whole && part >= whole)
		filled = steps;
	else if (whole && part)
		filled = (int)((double)part / (double)whole * steps);
	if (part && filled == 0 && whole)
		filled = 1;
	if (part < whole && filled == steps)
		filled = steps - 1;
	for (int i = 0; i < columns; i++) {
		if (!p->utf8)
			text_add(t, i < filled ? "#" : ".");
		else if (filled >= 8 * (i + 1))
			text_add(t, "█");
		else
			text_add(t, filled > 8 * i ? eighth[filled - 8 * i] : "░");
	}
}

void paper_add_size(struct text *t, uint64_t bytes)
{
	static const char unit[] = "KMGTPE";
	int i = -1;
	uint64_t whole = bytes, rest = 0;

	for (; whole >= 1024 && i < 5; i++) {
		rest = whole % 1024;
		whole /= 1024;
	}
	if (i < 0)
		text_addf(t, "%llu", (unsigned long long)whole);
	else if (whole < 10 && rest * 10 / 1024)
		text_addf(t, "%llu.%llu%c", (unsigned long long)whole, (unsigned long long)(rest * 10 / 1024), unit[i]);
	else
		text_addf(t, "%llu%c", (unsigned long long)whole, unit[i]);
}

/* The system's name for a number, or the number. */
static const char *named(const char *known, unsigned number, char name[PAPER_USER])
{
	struct text t = { 0 };

	if (known)
		text_add_printable(&t, known, strlen(known));
	else
		text_addf(&t, "%u", number);
	snprintf(name, PAPER_USER, "%.*s", PAPER_USER - 1, text_string(&t));
	text_free(&t);
	return name;
}

/* The last one asked for is kept: ten thousand objects of one user would mean as many readings of
 * /etc/passwd. */
const char *paper_user(unsigned uid, char name[PAPER_USER])
{
	static char kept[PAPER_USER];
	static unsigned kept_uid;

	if (!kept[0] || kept_uid != uid) {
		const struct passwd *user = getpwuid(uid);

		named(user ? user->pw_name : NULL, uid, kept);
		kept_uid = uid;
	}
	memcpy(name, kept, PAPER_USER);
	return name;
}

const char *paper_group(unsigned gid, char name[PAPER_USER])
{
	static char kept[PAPER_USER];
	static unsigned kept_gid;

	if (!kept[0] || kept_gid != gid) {
		const struct group *group = getgrgid(gid);

		named(group ? group->gr_name : NULL, gid, kept);
		kept_gid = gid;
	}
	memcpy(name, kept, PAPER_USER);
	return name;
}

void paper_add_moment(struct text *t, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;
	char text[40];

	if (!seconds || !localtime_r(&time, &tm) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(text, sizeof text, "%s", "never");
	text_add(t, text);
}

void paper_add_mode(struct text *t, unsigned mode)
{
	static const char letter[] = "rwxrwxrwx";

	for (int i = 0; i < 9; i++)
		text_addf(t, "%c", mode & (0400u >> i) ? letter[i] : '-');
}
