/* SPDX-License-Identifier: MIT */
#include "command/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/paper.h"

void json_line(FILE *f, json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));

	if (line)
		fprintf(f, "%s\n", line);
	free(line);
	json_decref(o);
}

void json_set_outside(json_t *o, const char *key, const char *raw)
{
	struct text t = { 0 };

	text_add_printable(&t, raw, strlen(raw));
	json_object_set_new(o, key, json_string(text_string(&t)));
	text_free(&t);
}

void json_set(json_t *o, const char *key, const char *text)
{
	json_t *string = json_string(text);

	if (string)
		json_object_set_new(o, key, string);
	else /* no UTF-8: a file's name, a text that was cut within a character */
		json_set_outside(o, key, text);
}

void json_set_number(json_t *o, const char *key, int64_t number)
{
	json_object_set_new(o, key, json_integer(number));
}

void json_set_bool(json_t *o, const char *key, int truth)
{
	json_object_set_new(o, key, json_boolean(truth));
}

void json_set_reading(json_t *o, const char *key, int known, int64_t number, const char *why)
{
	char name[64];

	json_object_set_new(o, key, known ? json_integer(number) : json_null());
	if (known || !why)
		return;
	snprintf(name, sizeof name, "%s_why", key);
	json_set(o, name, why);
}

void json_set_user(json_t *o, const char *key, const char *name_key, unsigned uid)
{
	char name[PAPER_USER];

	json_set_number(o, key, uid);
	json_set(o, name_key, paper_user(uid, name));
}
