/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *e, int code, const char *format, ...)
{
	va_list ap;
	int n;

	if (!e)
		return -1;
	e->code = code;
	e->hint[0] = '\0';
	va_start(ap, format);
	n = vsnprintf(e->text, sizeof e->text, format, ap);
	va_end(ap);
	if (code && n >= 0 && (size_t)n < sizeof e->text)
		snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s", strerror(code));
	return -1;
}

int error_hint(struct error *e, const char *format, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, format);
	vsnprintf(e->hint, sizeof e->hint, format, ap);
	va_end(ap);
	return -1;
}
