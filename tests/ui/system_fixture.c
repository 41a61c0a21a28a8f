/* SPDX-License-Identifier: MIT */
#include "tests/ui/system_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static void make_processes(struct machine *m)
{
	machine_process(m, 812, "tar", 'S', 1000);
	machine_process(m, 813, "gzip", 'T', 1000);
	machine_process(m, 901, "cat", 'S', 1000);
	machine_process(m, 77, "app", 'S', 1000);
	machine_process(m, 90, "db", 'S', 33);
	machine_process(m, 640, "job", 'S', 1000);
	snprintf(m->process[TAR].command, sizeof m->process[TAR].command, "tar -c /home");
}

static void set_sysv(struct machine *m)
{
	struct sysv_object *set = &m->object[LIMITER].sysv, *segment = &m->object[PICTURES].sysv;

	*set = (struct sysv_object){ .kind = SYSV_SEMAPHORES, .id = 5, .key = 0x5101, .mode = 0600 };
	set->semaphores.count = 1;
	*segment = (struct sysv_object){ .kind = SYSV_SEGMENT, .id = 8, .mode = 0644 };
	segment->segment.size = 4 << 20;
	segment->segment.attached = 2;
	m->object[LIMITER].inode = 5;
	m->object[PICTURES].inode = 8;
}

/* The ends of one process stand together, as in a snapshot. */
static void index_ends(struct machine *m)
{
	static const struct { int process, object, fd; char access, side; } end[] = {
		{ TAR, FULL_PIPE, 1, 'w', 0 }, { TAR, IDLE_PIPE, 3, 'r', 0 }, { GZIP, FULL_PIPE, 0, 'r', 0 },
		{ CAT, LOG_FIFO, 3, 'r', 0 }, { APP, CONNECTION, 5, 'b', 'a' }, { APP, PICTURES, -1, 'b', 0 },
		{ APP, IDLE_PIPE, 7, 'w', 0 }, { DB, CONNECTION, 9, 'b', 'b' }, { DB, PICTURES, -1, 'r', 0 },
	};
	int n = (int)(sizeof end / sizeof *end), at = 0;

	for (int i = 0; i < n; i++) {
		struct system_process *p = &m->process[end[i].process];

		m->end[i] = (struct system_end){ end[i].process, end[i].object, end[i].fd, end[i].access, end[i].side, false };
		if (!p->n_ends++)
			p->first_end = i;
	}
	m->s.n_ends = (size_t)n;
	for (int o = 0; o < (int)m->s.n_objects; o++) {
		m->object[o].first_end = at;
		for (int i = 0; i < n; i++)
			if (end[i].object == o) {
				m->by_object[at++] = i;
				m->object[o].n_ends++;
			}
	}
}

void system_fixture(struct machine *m)
{
	machine_init(m);
	make_processes(m);
	machine_object(m, SYSTEM_PIPE, "pipe:[27408]", 65536, 65536, WORD_STUCK);
	machine_object(m, SYSTEM_FIFO, "/tmp/log", 0, 65536, WORD_WAITING);
	machine_object(m, SYSTEM_UNIX, "@/run/db", 0, 212992, WORD_FLOWING);
	machine_object(m, SYSTEM_SEMAPHORES, "sem 5", 0, 0, WORD_WAITING);
	machine_object(m, SYSTEM_SEGMENT, "shm 8", 4 << 20, 0, WORD_UNKNOWN);
	machine_object(m, SYSTEM_PIPE, "pipe:[27511]", 0, 65536, WORD_IDLE);
	set_sysv(m);
	index_ends(m);
	machine_wait(m, TAR, FULL_PIPE, WAIT_WRITE, 4200 * CLOCK_MS);
	machine_wait(m, CAT, LOG_FIFO, WAIT_READ, 31 * CLOCK_S);
	machine_wait(m, JOB, LIMITER, WAIT_SEMAPHORE, 2 * CLOCK_S);
	m->object[CONNECTION].level_b = (struct system_reading){ true, 41984, NULL };
	m->object[CONNECTION].limit_b = (struct system_reading){ true, 212992, NULL };
	m->object[CONNECTION].rate = (struct system_rate){ RATE_EXACT, 12 << 20, CLOCK_S, "counted" };
	m->object[LOG_FIFO].since = m->s.taken - 31 * CLOCK_S;
	m->object[PICTURES].hidden = true;
	m->object[FULL_PIPE].what = "tar 812 waits 4.2 s for gzip 813, which is stopped";
	m->s.hidden_processes = 2;
	m->s.hidden_why = "not permitted: needs the same user, or root";
}
