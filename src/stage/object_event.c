/* SPDX-License-Identifier: MIT */
/* Descriptors without data of others: eventfd, signalfd, timerfd, epoll, pidfd. What they hold is told in
 * /proc/PID/fdinfo. */
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "call/symbols.h"
#include "probe/fdinfo.h"
#include "stage/internal.h"

/* They have no inode of their own: which one a descriptor leads to is asked of kcmp(2). Of processes watched
 * from outside no descriptor is known to begin with, and an eventfd's number in fdinfo tells. */
static bool is(const struct stage *s, const struct object *o, const struct member *m, const struct descriptor *d)
{
	if (o->outside)
		return d->kind == DESCRIPTOR_ANON && !strcmp(d->name, "eventfd") && d->id == (int64_t)o->identity;
	return d->kind == DESCRIPTOR_ANON && object_is_held_as(s, o, m, d->number);
}

static void outside(struct stage *s, struct object *o, const struct stage_outside *what)
{
	(void)s, (void)what;
	snprintf(o->shown.event.what, sizeof o->shown.event.what, "eventfd");
}

static char end_of(const struct object *o, const struct descriptor *d)
{
	(void)o, (void)d;
	return 'f';
}

void event_made(struct stage *s, struct member *m, int64_t fd)
{
	const struct descriptor *d;
	struct object *o;

	sample_descriptors(s, m);
	d = object_descriptor(m, fd);
	o = d && d->kind == DESCRIPTOR_ANON ? object_of_descriptor(s, m, fd) : NULL;
	if (!d || d->kind != DESCRIPTOR_ANON || o)
		return;
	o = object_add(s, OBJECT_EVENT, (uint64_t)fd);
	if (!o)
		return;
	object_hold(o, m, fd);
	snprintf(o->shown.event.what, sizeof o->shown.event.what, "%.*s", PICTURE_NAME - 1,
		 d->name[0] == '[' ? d->name + 1 : !strcmp(d->name, "eventpoll") ? "epoll" : d->name);
	snprintf(o->name, sizeof o->name, "%s", o->shown.event.what);
	objects_from_descriptors(s, m);
}

static void watched(const struct stage *s, const struct member *m, const struct fdinfo *info, struct picture_event *p)
{
	struct text t = { 0 };

	for (size_t i = 0; i < info->watch_count && i < FDINFO_WATCHES; i++) {
		const struct object *o = object_of_descriptor(s, m, info->watches[i].fd);

		text_addf(&t, "%s%d %s%s", i ? ", " : "", info->watches[i].fd, o ? o->name : "", o ? " " : "");
		/* The kernel adds these two to whatever is asked for, epoll_ctl(2). */
		symbol_print(&t, &symbols_epoll, info->watches[i].events & ~(uint32_t)(EPOLLERR | EPOLLHUP));
	}
	snprintf(p->detail, sizeof p->detail, "%.*s", PICTURE_CALL - 1, text_string(&t));
	text_free(&t);
}

static void sample(struct stage *s, struct object *o)
{
	struct picture_event *p = &o->shown.event;
	const struct member *m = NULL, *child;
	const struct descriptor *d = object_holder(s, o, &m);
	struct fdinfo info;

	if (!d) {
		o->gone = !o->others;
		object_unknown(&p->count, OUTSIDE_OTHERS);
		return;
	}
	memset(p->detail, 0, sizeof p->detail);
	p->count = p->remaining = (struct reading){ .why = "it has none" };
	if (fdinfo_read(m->procdir, d->number, &info) < 0 || (o->outside && info.number != d->id)) {
		object_unknown(&p->count, "could not be read");
		return;
	}
	if (info.has & FDINFO_HAS_COUNT)
		object_known(&p->count, (int64_t)info.count);
	if (info.has & FDINFO_HAS_SIGNALS)
		p->signals = info.signals;
	if (info.has & FDINFO_HAS_TIMER) {
		object_known(&p->count, (int64_t)info.timer.ticks);
		object_known(&p->remaining, (info.timer.value + CLOCK_MS - 1) / CLOCK_MS);
	}
	if (!strcmp(p->what, "epoll")) {
		object_known(&p->count, (int64_t)info.watch_count);
		watched(s, m, &info, p);
	}
	if (info.has & FDINFO_HAS_PID) {
		child = info.pid > 0 ? member_of_pid(s, info.pid) : NULL;
		if (info.pid < 0)
			snprintf(p->detail, sizeof p->detail, "ended and waited for");
		else if (child)
			snprintf(p->detail, sizeof p->detail, "%s", child->name);
		else
			snprintf(p->detail, sizeof p->detail, "%d", (int)info.pid);
	}
}

const struct object_class object_class_event = { .letters = "f", .is = is, .end = end_of, .outside = outside,
						 .sample = sample };
