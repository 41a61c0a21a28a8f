/* SPDX-License-Identifier: MIT */
/* The stage's life and its loop: gather what happened, act on it, look when it is time. */
#include "stage/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

void stage_changed(struct stage *s)
{
	s->version++;
}

uint64_t stage_version(const struct stage *s)
{
	return s->version;
}

void stage_watch(struct stage *s, int fd, enum watch what, const struct member *m)
{
	struct epoll_event e = { .events = EPOLLIN };

	e.data.u64 = (uint64_t)what << 32 | (uint32_t)(m ? m->place : 0);
	epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e);
}

static void begin(struct stage *s)
{
	s->began = clock_now();
	s->sample_due = s->interval ? s->began : INT64_MAX;
	s->sysv_due = 0;
	trace_clear(&s->trace);
	trace_clear(&s->held);
	s->trace.began = s->began;
	s->lost = s->hosts = false;
	s->delay_ms = s->loss_percent = s->impaired = 0;
	stage_changed(s);
}

struct stage *stage_new(struct error *e)
{
	struct stage *s = memory_new(1, sizeof *s);

	s->page = (unsigned)sysconf(_SC_PAGESIZE);
	trace_init(&s->trace);
	trace_init(&s->held);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->hand = s->epoll < 0 ? NULL : stagehand_start(e);
	if (!s->hand) {
		if (s->epoll < 0)
			error_set(e, errno, "cannot watch processes");
		stage_free(s);
		return NULL;
	}
	s->board = stagehand_board(s->hand);
	board_stage_folder(s->board, s->folder, sizeof s->folder);
	s->output_inode = stagehand_output_inode(s->hand);
	stage_watch(s, stagehand_socket(s->hand), WATCH_HAND, NULL);
	stage_watch(s, stagehand_output(s->hand), WATCH_OUTPUT, NULL);
	begin(s);
	return s;
}

static void clear(struct stage *s)
{
	member_remove_all(s);
	objects_remove_all(s);
	s->n_bound = s->n_outside = 0;
}

void stage_free(struct stage *s)
{
	if (!s)
		return;
	clear(s);
	stagehand_stop(s->hand);
	trace_free(&s->trace);
	trace_free(&s->held);
	sysv_list_free(&s->sysv);
	posix_names_free(&s->posix);
	socket_query_close(s->sockets);
	locks_free(&s->locks);
	free(s->picture.process);
	free(s->picture.object);
	free(s->picture.sysv);
	free(s->picture.sysv_ours);
	free(s->picture.posix);
	free(s->picture.posix_ours);
	if (s->epoll >= 0)
		close(s->epoll);
	free(s);
}

static void drain_output(struct stage *s)
{
	char text[4096];

	while (recv(stagehand_output(s->hand), text, sizeof text, MSG_DONTWAIT) > 0)
		;
}

int stage_reset(struct stage *s, struct error *e)
{
	bool same;

	clear(s);
	same = stagehand_clear(s->hand, e);
	if (stagehand_socket(s->hand) < 0)
		return -1;
	if (!same)
		stage_watch(s, stagehand_socket(s->hand), WATCH_HAND, NULL);
	drain_output(s);
	begin(s);
	return 0;
}

int stage_descriptor(const struct stage *s)
{
	return s->epoll;
}

int64_t stage_due(const struct stage *s)
{
	int64_t due = s->sample_due;

	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->check_due < due)
			due = s->member[i]->check_due;
	return due;
}

/* The stagehand was killed: its processes are gone and swept up after. */
static void lost(struct stage *s)
{
	clear(s);
	s->lost = true;
	tell_trouble(s, "the stagehand was killed; the stage was cleared");
	stage_changed(s);
}

static void news(struct stage *s)
{
	struct wire_notice n;
	int got = 0;

	while (!s->lost && (got = stagehand_news(s->hand, &n)) > 0) {
		struct member *m = n.news == WIRE_SPAWNED ? member_of_place(s, n.place) :
							    member_of_pid(s, n.pid);

		if (n.news == WIRE_SPAWNED && m && n.pid > 0)
			member_born(s, m, n.pid);
		else if (n.news == WIRE_SPAWNED && m)
			member_ending(s, m, 127 << 8);
		else if (n.news == WIRE_IMPAIRED)
			s->impaired = n.status;
		else if (n.news == WIRE_REAPED && m)
			member_reaped(s, m, n.status);
	}
	if (got < 0)
		lost(s);
}

/* Who wrote is told by the kernel with each record (SO_PASSCRED, unix(7)). */
static void output(struct stage *s)
{
	char text[4096];
	union { char bytes[CMSG_SPACE(sizeof(struct ucred))]; struct cmsghdr align; } control;
	struct iovec iov = { text, sizeof text };

	for (;;) {
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				    .msg_controllen = sizeof control.bytes };
		ssize_t got = recvmsg(stagehand_output(s->hand), &m, MSG_DONTWAIT);
		struct ucred who = { 0 };
		struct cmsghdr *h;
		struct member *writer;
		size_t old, keep;

		if (got <= 0)
			return;
		for (h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
			if (h->cmsg_type == SCM_CREDENTIALS)
				memcpy(&who, CMSG_DATA(h), sizeof who);
		writer = member_of_pid(s, who.pid);
		tell_output(s, writer, text, (size_t)got);
		if (writer) {
			old = strlen(writer->output);
			keep = (size_t)got < sizeof writer->output - 1 ? (size_t)got : sizeof writer->output - 1;
			if (old + keep > sizeof writer->output - 1) {
				size_t drop = old + keep - (sizeof writer->output - 1);

				memmove(writer->output, writer->output + drop, old - drop + 1);
				old -= drop;
			}
			memcpy(writer->output + old, text + got - keep, keep);
			writer->output[old + keep] = '\0';
		}
		stage_changed(s);
	}
}

static void deaths(struct stage *s, const struct epoll_event *e, int n)
{
	for (int i = 0; i < n; i++)
		if (e[i].data.u64 >> 32 == WATCH_DEATH) {
			struct member *m = member_of_place(s, (int)(uint32_t)e[i].data.u64);

			if (m)
				member_died(s, m);
		}
}

void stage_dispatch(struct stage *s)
{
	struct epoll_event e[64];
	int n = epoll_wait(s->epoll, e, 64, 0);
	int64_t now;
	unsigned seen = 0;

	for (int i = 0; i < n; i++)
		seen |= 1u << (e[i].data.u64 >> 32);
	if (seen & 1u << WATCH_HAND)
		news(s);
	if (seen & 1u << WATCH_CONTROL)
		order_replies(s);
	if (seen & 1u << WATCH_OUTPUT)
		output(s);
	if (seen & 1u << WATCH_DEATH)
		deaths(s, e, n);
	now = clock_now();
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->check_due <= now)
			member_check(s, s->member[i], now);
	if (s->sample_due <= now) {
		stage_sample(s);
		s->sample_due = now + s->interval;
	}
	tell_held(s);
}

void stage_wait(struct stage *s, int64_t until)
{
	struct pollfd p = { .fd = s->epoll, .events = POLLIN };
	int64_t due = stage_due(s) < until ? stage_due(s) : until;
	int64_t left = due - clock_now();
	struct timespec t;

	if (left < 0)
		left = 0;
	if (left > 60 * CLOCK_S)
		left = 60 * CLOCK_S;
	t = (struct timespec){ left / CLOCK_S, left % CLOCK_S };
	ppoll(&p, 1, &t, NULL);
	stage_dispatch(s);
}

void stage_sample_every(struct stage *s, int64_t interval)
{
	if (interval == s->interval)
		return;
	s->interval = interval;
	s->sample_due = interval ? clock_now() + interval : INT64_MAX;
}

static uint64_t print_of(uint64_t f, const void *list, size_t size)
{
	const unsigned char *bytes = list;

	for (size_t i = 0; i < size; i++)
		f = f * 1099511628211u + bytes[i];
	return f;
}

static uint64_t listing_print(const struct sysv_list *l, const struct posix_names *n)
{
	uint64_t f = print_of(l->count, l->list, l->count * sizeof *l->list);

	return print_of(f + n->count, n->list, n->count * sizeof *n->list);
}

static void read_listings(struct stage *s)
{
	uint64_t before = s->sysv_print;

	sysv_list_read(&s->sysv);
	posix_names_read(POSIX_MQUEUE, POSIX_SHM, &s->posix);
	s->sysv_print = listing_print(&s->sysv, &s->posix);
	if (s->sysv_print == before && s->sysv_read)
		return;
	s->sysv_read++;
	stage_changed(s);
}

void stage_sample(struct stage *s)
{
	int64_t now = clock_now();

	sample_strangers(s);
	for (int i = 0; i < s->n_members; i++) {
		sample_member(s, s->member[i]);
		if (s->member[i]->program || s->member[i]->stranger)
			sample_descriptors(s, s->member[i]);
	}
	objects_sample(s);
	if (now >= s->sysv_due) {
		read_listings(s);
		s->sysv_due = now + 500 * CLOCK_MS;
	}
}

struct trace *stage_trace(struct stage *s)
{
	return &s->trace;
}

bool stage_lost(const struct stage *s)
{
	return s->lost;
}

const char *stage_folder(const struct stage *s)
{
	return s->folder;
}

const struct picture *stage_picture(struct stage *s)
{
	view_build(s);
	return &s->picture;
}
