/* SPDX-License-Identifier: MIT */
/* Finding and reading facts; the rows stand in facts_process.c, facts_pipe.c, facts_shared.c and
 * facts_socket.c. */
#include "stage/facts.h"

#include <string.h>

#include "base/alike.h"
#include "stage/fact_rows.h"

enum { FACTS_MOST = 200 };

static const struct fact *const tables[] = { facts_process, facts_pipe, facts_shared, facts_socket };

const struct fact *fact_nth(size_t n)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct fact *f = tables[i]; f->name; f++)
			if (n-- == 0)
				return f;
	return NULL;
}

static const struct fact *find(unsigned of, const char *name)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		if ((of == FACT_OF_PROCESS ? f->of == of : (f->of & of) != 0) && !strcmp(f->name, name))
			return f;
	return NULL;
}

const struct fact *fact_of_process(const char *name)
{
	return find(FACT_OF_PROCESS, name);
}

const struct fact *fact_of_object(enum object_kind kind, const char *name)
{
	return find(FACT_OF(kind), name);
}

bool fact_exists(const char *name)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		if (!strcmp(f->name, name))
			return true;
	return false;
}

const char *fact_nearest(const char *name)
{
	const char *names[FACTS_MOST + 1];
	size_t n = 0;

	for (; n < FACTS_MOST && fact_nth(n); n++)
		names[n] = fact_nth(n)->name;
	names[n] = NULL;
	return alike_nearest(name, names);
}

bool fact_read(const struct picture *p, const char *subject, const char *name, int index,
	       const struct fact **fact, struct fact_value *v)
{
	int i = picture_object_find(p, subject), side = i < 0 ? -1 : picture_side_find(&p->object[i], subject);

	if (side >= 0) /* the name of one side says which */
		index = side;
	if (i >= 0 && (*fact = fact_of_object(p->object[i].kind, name))) {
		if (p->object[i].gone && strcmp(name, "gone"))
			*v = (struct fact_value){ .why = "the object no longer exists" };
		else
			(*fact)->get(p, i, index, v);
		return true;
	}
	i = picture_process_find(p, subject);
	if (i < 0 || !(*fact = fact_of_process(name)))
		return false;
	(*fact)->get(p, i, index, v);
	return true;
}

const char *fact_exactness_word(enum fact_exactness e)
{
	static const char *const word_of[] = {
		[FACT_EVENT] = "exact", [FACT_SAMPLE] = "sampled", [FACT_MODEL] = "modelled",
	};

	return word_of[e];
}
