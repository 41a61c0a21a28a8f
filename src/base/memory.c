/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*exhausted_hook)(void);

void memory_on_exhaustion(void (*hook)(void))
{
	exhausted_hook = hook;
}

static void *checked(void *p)
{
	if (p)
		return p;
	if (exhausted_hook)
		exhausted_hook();
	fputs("ipcscope: out of memory\n", stderr);
	exit(1);
}

void *memory_new(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_more(void *array, size_t *cap, size_t need, size_t size)
{
	size_t cap_new = *cap ? *cap : 8;

	if (need <= *cap)
		return array;
	while (cap_new < need)
		cap_new *= 2;
	if (cap_new > SIZE_MAX / size)
		checked(NULL);
	*cap = cap_new;
	return checked(realloc(array, cap_new * size));
}

void *memory_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t old = *cap;
	char *p = memory_more(array, cap, need, size);

	if (*cap > old)
		memset(p + old * size, 0, (*cap - old) * size);
	return p;
}

char *memory_text(const char *s)
{
	return s ? checked(strdup(s)) : NULL;
}

void *memory_copy(const void *data, size_t length)
{
	void *p = memory_new(1, length);

	if (length)
		memcpy(p, data, length);
	return p;
}
