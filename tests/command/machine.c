/* SPDX-License-Identifier: MIT */
#include "tests/command/machine.h"

#include <check.h>
#include <stdio.h>

void machine_init(struct machine *m)
{
	*m = (struct machine){ 0 };
	m->s.process = m->process;
	m->s.object = m->object;
	m->s.end = m->end;
	m->s.by_object = m->by_object;
	m->s.thread = m->thread;
	m->s.taken = INT64_C(1000000000000);
	for (int i = 0; i < MACHINE_MOST; i++)
		m->order[i] = i;
}

int machine_process(struct machine *m, pid_t pid, const char *name, char state, unsigned uid)
{
	struct system_process *p = &m->process[m->s.n_processes];

	ck_assert_int_lt(m->s.n_processes, MACHINE_MOST);
	*p = (struct system_process){ .pid = pid, .parent = 1, .uid = uid, .state = state, .visible = true };
	snprintf(p->name, sizeof p->name, "%s", name);
	return (int)m->s.n_processes++;
}

int machine_object(struct machine *m, enum system_kind kind, const char *name, int64_t level, int64_t limit,
		   enum system_word word)
{
	struct system_object *o = &m->object[m->s.n_objects];

	ck_assert_int_lt(m->s.n_objects, MACHINE_MOST);
	*o = (struct system_object){
		.kind = kind, .inode = 4711 + m->s.n_objects, .word = word, .first_end = (int)m->s.n_ends, .what = "",
		.level = { level >= 0, level, level < 0 ? "not permitted" : NULL }, .limit = { limit > 0, limit, NULL },
	};
	snprintf(o->name, sizeof o->name, "%s", name);
	return (int)m->s.n_objects++;
}

void machine_end(struct machine *m, int process, int object, int fd, char access, char side)
{
	ck_assert_int_lt(m->s.n_ends, MACHINE_MOST);
	m->end[m->s.n_ends] = (struct system_end){ .process = process, .object = object, .fd = fd, .access = access, .side = side };
	m->by_object[m->s.n_ends] = (int)m->s.n_ends;
	m->s.n_ends++;
	m->object[object].n_ends++;
}

void machine_wait(struct machine *m, int process, int object, enum system_wait wait, int64_t asleep)
{
	struct system_process *p = &m->process[process];

	ck_assert_int_lt(m->s.n_threads, MACHINE_MOST);
	p->first_thread = (int)m->s.n_threads;
	p->n_threads = 1;
	m->thread[m->s.n_threads++] = (struct system_thread){
		.process = process, .tid = p->pid, .state = 'S', .wait = wait, .call = -1, .fd = -1, .object = object,
		.timeout = -1, .steady = true, .asleep = asleep,
	};
	m->object[object].waiting++;
}
