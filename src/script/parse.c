/* SPDX-License-Identifier: MIT */
/* Reading a lesson: cleans the text, runs scanner and parser over it. */
#include "script/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "script/reader.h"

enum { LARGEST = 1024 * 1024 };

/* The source with a newline at its end and the two NULs that flex wants behind a buffer. */
static void fill_buffer(struct reader *r, const char *text, size_t length)
{
	r->buffer = memory_new(length + 3, 1);
	if (length)
		memcpy(r->buffer, text, length);
	r->length = length;
	if (length == 0 || text[length - 1] != '\n')
		r->buffer[r->length++] = '\n';
	reader_clean(r);
}

struct lesson *parse_lesson(const char *file, const char *text, size_t length, struct mistakes *m)
{
	struct reader r = { .lesson = memory_new(1, sizeof *r.lesson), .mistakes = m, .line = 1 };

	r.lesson->file = memory_text(file);
	r.lesson->source = memory_new(length + 1, 1);
	if (length)
		memcpy(r.lesson->source, text, length);
	r.lesson->source_length = length;
	r.lesson->title = memory_text("");
	r.lesson->about = memory_text("");
	fill_buffer(&r, text, length);
	if (reader_parse(&r) != 0)
		mistakes_add(m, (struct place){ r.line, 1, 1 }, NULL, "the lesson cannot be read from here on");
	compose_finish(&r);
	mistakes_sort(m);
	free(r.buffer);
	text_free(&r.text);
	text_free(&r.pending_found);
	free(r.pending_expected);
	free(r.language);
	return r.lesson;
}

struct lesson *parse_file(const char *path, struct mistakes *m, struct error *e)
{
	struct text t = { 0 };
	struct lesson *l;
	char part[16384];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		error_set(e, errno, "%s", path);
		return NULL;
	}
	while ((n = read(fd, part, sizeof part)) != 0 && t.length <= LARGEST) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		text_add_bytes(&t, part, (size_t)n);
	}
	if (n < 0 || t.length > LARGEST) {
		error_set(e, n < 0 ? errno : EFBIG, "%s", path);
		error_hint(e, "a lesson is a text file of at most 1 MiB");
		close(fd);
		text_free(&t);
		return NULL;
	}
	close(fd);
	l = parse_lesson(path, text_string(&t), t.length, m);
	text_free(&t);
	return l;
}
