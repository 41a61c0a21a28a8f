/* SPDX-License-Identifier: MIT */
#include "process/stagehand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/census.h"
#include "probe/procfs.h"
#include "process/actor.h"
#include "process/isolate.h"
#include "process/ledger.h"

enum { CHILDREN = 256 }; /* looked at in one go */

struct stagehand {
	pid_t pid;
	int socket; /* -1: it is gone */
	int output; /* the reading end */
	int output_write; /* what a new stagehand hands to its processes */
	struct board *board;
};

/* ---- the stagehand itself -------------------------------------------------------------- */

struct hand {
	int socket, output, signals;
	int host[2]; /* network namespaces, -1: not made */
	struct board *board;
};

static void tell(const struct hand *h, enum wire_news news, int place, pid_t pid, int status)
{
	struct wire_notice n = { (int32_t)news, place, pid, status };

	wire_send(h->socket, &n, sizeof n, NULL); /* nobody there: the poll will see it */
}

/* The namespace of that host in *network, -1 for none. 0 or -errno. */
static int network_of(struct hand *h, int32_t host, int *network)
{
	int made = 0;

	*network = -1;
	if (host != NETWORK_FIRST && host != NETWORK_SECOND)
		return 0;
	if (h->host[0] < 0)
		made = network_make(h->host);
	if (made == 0)
		*network = h->host[host - NETWORK_FIRST];
	return made;
}

static void leave_networks(struct hand *h)
{
	for (int i = 0; i < 2; i++) {
		if (h->host[i] >= 0)
			close(h->host[i]);
		h->host[i] = -1;
	}
}

static void spawn(struct hand *h, const struct wire_job *job, const int descriptors[2])
{
	struct actor_setup setup = {
		.control = descriptors[0], .lifeline = descriptors[1], .output = h->output,
		.board = h->board, .place = job->place, .letter = job->letter, .name = job->name,
		.maker = getpid(),
	};
	int made = network_of(h, job->host, &setup.network);
	pid_t pid = made < 0 ? made : fork();

	if (pid == 0)
		actor_run(&setup);
	if (made == 0 && pid < 0)
		pid = -errno;
	close(descriptors[0]);
	close(descriptors[1]);
	tell(h, WIRE_SPAWNED, job->place, pid, 0);
}

/* A kernel without CONFIG_PROC_CHILDREN: those who name us as their parent. */
static size_t children_by_census(pid_t *list, size_t room)
{
	struct census all = { 0 };
	size_t n = 0;

	if (census_read(&all, NULL) == 0)
		for (size_t i = 0; i < all.count && n < room; i++)
			if (all.list[i].parent == getpid())
				list[n++] = all.list[i].pid;
	census_free(&all);
	return n;
}

/* Children, made and adopted (/proc/PID/task/TID/children, proc_tid_children(5)). The list may be
 * cut: a number is whole when a blank stands behind it. */
static size_t children(pid_t *list, size_t room)
{
	char text[4096] = "", name[64], *s, *end;
	int dir = procfs_open(getpid());
	size_t n = 0;

	snprintf(name, sizeof name, "task/%d/children", (int)getpid());
	if (dir < 0 || procfs_read(dir, name, text, sizeof text) < 0)
		n = children_by_census(list, room);
	for (s = text; n < room && strtol(s, &end, 10) > 0 && *end == ' '; s = end)
		list[n++] = (pid_t)strtol(s, NULL, 10);
	if (dir >= 0)
		close(dir);
	return n;
}

static void kill_children(void)
{
	pid_t list[CHILDREN];
	size_t n = children(list, CHILDREN);

	for (size_t i = 0; i < n; i++)
		kill(list[i], SIGKILL);
}

static void kill_noted(const struct board *b)
{
	for (int i = 0; i < BOARD_PLACES; i++)
		if (b->place[i].who.pid > 0 && board_alive(&b->place[i].who))
			kill(b->place[i].who.pid, SIGKILL);
}

/* What they made goes with them. */
static void forget_everything(struct board *b)
{
	ledger_sweep(b);
	memset(b->place, 0, sizeof b->place);
}

/* As long as there are children: when one dies, its own become ours (PR_SET_CHILD_SUBREAPER),
 * so killing and reaping in turns reaches every generation. */
static void end_everybody(const struct hand *h)
{
	kill_noted(h->board);
	do
		kill_children();
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
	forget_everything(h->board);
}

static void reap(const struct hand *h)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		tell(h, WIRE_REAPED, -1, pid, status);
}

/* Each way: what one host sends comes so late, and so much of it is lost. */
static void impair(struct hand *h, const struct wire_job *job)
{
	int network, status = network_of(h, NETWORK_FIRST, &network);

	for (int i = 0; i < 2 && status == 0; i++)
		status = network_impair(h->host[i], (unsigned)job->delay_ms, (unsigned)job->loss_percent);
	tell(h, WIRE_IMPAIRED, 0, 0, status);
}

/* One job. False when the front end is gone. */
static bool work(struct hand *h)
{
	struct wire_job job;
	int descriptors[2];
	ssize_t got = wire_receive(h->socket, &job, sizeof job, descriptors, 0);

	if (got == -EINTR || got == -EAGAIN)
		return true;
	if (got != sizeof job)
		return false;
	if (job.errand == WIRE_SPAWN) {
		spawn(h, &job, descriptors);
	} else if (job.errand == WIRE_IMPAIR) {
		impair(h, &job);
	} else {
		end_everybody(h);
		leave_networks(h);
		ledger_empty_folder(h->board);
		tell(h, WIRE_CLEARED, 0, 0, 0);
	}
	return true;
}

static _Noreturn void hand_run(struct hand *h)
{
	struct pollfd p[2] = { { .fd = h->socket, .events = POLLIN }, { .fd = h->signals, .events = POLLIN } };
	bool on = true, alone = false;

	while (on) {
		struct signalfd_siginfo info;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[1].revents && read(h->signals, &info, sizeof info) == sizeof info)
			on = info.ssi_signo == SIGCHLD;
		reap(h);
		if (on && p[0].revents) {
			alone = !work(h);
			on = !alone;
		}
	}
	/* Told to end by a signal: the front end is to know before its processes are gone. */
	shutdown(h->socket, SHUT_RDWR);
	end_everybody(h);
	ledger_empty_folder(h->board);
	if (alone || !board_alive(&h->board->front)) /* else it may begin anew in it */
		ledger_remove_folder(h->board);
	_exit(0);
}

/* Signals that would end it are its orders to clean up; its own session keeps those away that
 * a terminal sends. */
static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the endings away */
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void close_others(int a, int b, int c)
{
	for (int fd = 3; fd < 256; fd++)
		if (fd != a && fd != b && fd != c)
			close(fd);
}

static pid_t start(struct stagehand *s, int pair[2])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	struct hand h = { .socket = pair[1], .output = s->output_write, .board = s->board, .host = { -1, -1 } };

	close_others(pair[1], s->output_write, s->board->lock);
	setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NAME, "stagehand");
	h.signals = take_signals();
	board_note(&s->board->stagehand, getpid());
	if (h.signals < 0)
		_exit(1);
	hand_run(&h);
}

/* ---- seen from the front end ------------------------------------------------------------ */

static int launch(struct stagehand *s, struct error *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(e, errno, "cannot make a socket pair");
	s->pid = start(s, pair);
	close(pair[1]);
	if (s->pid < 0) {
		close(pair[0]);
		return error_set(e, errno, "cannot start the stagehand");
	}
	s->socket = pair[0];
	return 0;
}

static int open_output(struct stagehand *s, struct error *e)
{
	int pair[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(e, errno, "cannot make a socket pair");
	s->output = pair[0];
	s->output_write = pair[1];
	setsockopt(s->output, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	fcntl(s->output, F_SETFL, O_NONBLOCK);
	return 0;
}

struct stagehand *stagehand_start(struct error *e)
{
	struct stagehand *s = memory_new(1, sizeof *s);

	if (!isolate_is_on()) /* else they are of another world, and were seen to before it was left */
		ledger_remove_leftovers();
	s->socket = s->output = s->output_write = -1;
	s->board = board_create(e);
	if (!s->board || open_output(s, e) < 0 || launch(s, e) < 0) {
		stagehand_stop(s);
		return NULL;
	}
	/* Whom a killed stagehand leaves behind comes to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return s;
}

/* The front end may have children that are none of the stage's: those that its process had
 * before it ran this program, a pager. The stagehand's are of its session, or bear the mark. */
static bool is_ours(const struct stagehand *s, pid_t pid)
{
	return getsid(pid) == s->pid || ledger_marked(pid, s->board->folder);
}

static void end_adopted(const struct stagehand *s)
{
	pid_t list[CHILDREN];
	bool some;

	kill_noted(s->board);
	do {
		size_t n = children(list, CHILDREN);

		some = false;
		for (size_t i = 0; i < n; i++) {
			if (!is_ours(s, list[i]))
				continue;
			kill(list[i], SIGKILL);
			waitpid(list[i], NULL, 0);
			some = true;
		}
	} while (some);
}

/* Waits for its end. If it was killed, its processes die by themselves (PR_SET_PDEATHSIG) or at
 * our hands, and what they made is removed here. */
static void mourn(struct stagehand *s)
{
	if (s->socket >= 0)
		close(s->socket);
	s->socket = -1;
	waitpid(s->pid, NULL, 0);
	end_adopted(s);
	forget_everything(s->board);
	ledger_empty_folder(s->board);
}

void stagehand_stop(struct stagehand *s)
{
	if (!s)
		return;
	if (s->socket >= 0)
		mourn(s); /* the closed socket is its order to clean up; it may have been killed meanwhile */
	if (s->board) {
		ledger_remove_folder(s->board);
		if (s->board->lock >= 0)
			close(s->board->lock);
		board_unmap(s->board);
	}
	if (s->output >= 0)
		close(s->output);
	if (s->output_write >= 0)
		close(s->output_write);
	free(s);
}

int stagehand_socket(const struct stagehand *s)
{
	return s->socket;
}

int stagehand_output(const struct stagehand *s)
{
	return s->output;
}

uint64_t stagehand_output_inode(const struct stagehand *s)
{
	struct stat st;

	return fstat(s->output_write, &st) == 0 ? st.st_ino : 0;
}

struct board *stagehand_board(const struct stagehand *s)
{
	return s->board;
}

int stagehand_spawn(struct stagehand *s, int place, uint8_t letter, const char *name,
		    enum network_host host, int control, int lifeline)
{
	struct wire_job job = { .errand = WIRE_SPAWN, .place = place, .letter = letter, .host = (int32_t)host };
	int descriptors[2] = { control, lifeline };
	int sent;

	snprintf(job.name, sizeof job.name, "%s", name);
	sent = s->socket < 0 ? -EPIPE : wire_send(s->socket, &job, sizeof job, descriptors);
	close(control);
	close(lifeline);
	return sent;
}

int stagehand_impair(struct stagehand *s, unsigned delay_ms, unsigned loss_percent)
{
	struct wire_job job = { .errand = WIRE_IMPAIR, .delay_ms = (int32_t)delay_ms, .loss_percent = (int32_t)loss_percent };

	return s->socket < 0 ? -EPIPE : wire_send(s->socket, &job, sizeof job, NULL);
}

static int next_news(struct stagehand *s, struct wire_notice *n, int flags)
{
	ssize_t got;

	if (s->socket < 0)
		return -1;
	do
		got = wire_receive(s->socket, n, sizeof *n, NULL, flags);
	while (got == -EINTR);
	if (got == -EAGAIN)
		return 0;
	if (got == sizeof *n)
		return 1;
	mourn(s);
	return -1;
}

int stagehand_news(struct stagehand *s, struct wire_notice *n)
{
	return next_news(s, n, MSG_DONTWAIT);
}

bool stagehand_clear(struct stagehand *s, struct error *e)
{
	struct wire_job job = { .errand = WIRE_CLEAR };
	struct wire_notice n = { 0 };

	if (s->socket >= 0 && wire_send(s->socket, &job, sizeof job, NULL) == 0)
		while (next_news(s, &n, 0) == 1)
			if (n.news == WIRE_CLEARED)
				return true;
	if (s->socket >= 0)
		mourn(s);
	launch(s, e);
	return false;
}
