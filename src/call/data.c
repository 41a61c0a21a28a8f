/* SPDX-License-Identifier: MIT */
/* The known pattern: a process writes its own letter, so that a reader sees whose bytes
 * came, how many and in which order. And how values are taken apart. */
#include <string.h>

#include "call/make.h"

bool make_data(const struct value *v, struct call_context *c, struct outcome *out,
	       const void **data, size_t *length)
{
	if (v->kind == VALUE_TEXT) {
		*data = v->text;
		*length = v->length;
		return true;
	}
	if (!make_room(v, out))
		return false;
	*data = c->buffer;
	*length = (size_t)v->number;
	if (c->filled < *length) {
		memset(c->buffer, c->letter, *length);
		c->filled = *length;
	}
	return true;
}

bool make_room(const struct value *v, struct outcome *out)
{
	if (v->number >= 0 && v->number <= CALL_BUFFER)
		return true;
	make_error(out, v->number < 0 ? EINVAL : E2BIG);
	return false;
}

void make_told(struct call_context *c, struct outcome *out, const uint8_t *data, size_t length)
{
	uint32_t runs = 0;

	if (c->streaming)
		return;
	out->data_length = (uint32_t)length;
	memcpy(out->data, data, length < CALL_DATA_SHOWN ? length : CALL_DATA_SHOWN);
	for (size_t i = 0; i < length; runs++) {
		size_t begin = i;

		while (i < length && data[i] == data[begin])
			i++;
		if (runs == CALL_RUNS) {
			runs++;
			break;
		}
		out->runs[runs] = (struct data_run){ data[begin], (uint32_t)(i - begin) };
	}
	out->n_runs = runs;
}

int value_fields(const struct value *v)
{
	return v->kind == VALUE_TUPLE ? (int)v->length : 0;
}

int64_t value_field(const struct value *v, int i, int64_t otherwise)
{
	return i >= 0 && i < value_fields(v) ? v->field[i] : otherwise;
}
