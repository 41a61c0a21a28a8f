/* SPDX-License-Identifier: MIT */
#include "play/needs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/isolate.h"
#include "process/network.h"

/* Each says what is lacking; NULL: it is there. */

static const char *root(void)
{
	return geteuid() == 0 ? NULL : "only root may do this";
}

static const char *user(void)
{
	return geteuid() != 0 ? NULL : "root may do everything: play it as an ordinary user";
}

/* Who may send it a signal is no stranger to it (kill(2)); with --isolate it is one of ours. */
static const char *foreign(void)
{
	return kill(1, 0) < 0 && errno == EPERM ? NULL :
	       "process 1 is not somebody else's: play it as an ordinary user, without --isolate";
}

/* Root can become that user, unless its user namespace knows only root (user_namespaces(7)). */
static const char *nobody(void)
{
	const unsigned uid = 65534;
	unsigned first, outside, count;
	FILE *map = geteuid() == 0 ? fopen("/proc/self/uid_map", "re") : NULL;
	bool known = !map;

	while (!known && fscanf(map, "%u %u %u", &first, &outside, &count) == 3)
		known = first <= uid && uid - first < count;
	if (map)
		fclose(map);
	return known ? NULL : "root cannot become an ordinary user in this user namespace";
}

static const char *isolated(void)
{
	return isolate_is_on() ? NULL : "its numbers are those of a new namespace: play it with --isolate";
}

static const char *sysv(void)
{
	return access("/proc/sysvipc", F_OK) == 0 ? NULL : "this kernel has no System V IPC";
}

/* Nothing has this id, but a kernel without MSG_COPY says so first (msgrcv(2)). */
static const char *msgcopy(void)
{
	return msgrcv(INT_MAX, &(struct { long type; }){ 0 }, 0, 0, MSG_COPY | IPC_NOWAIT) < 0 && errno == ENOSYS ?
	       "this kernel cannot copy messages (CONFIG_CHECKPOINT_RESTORE)" : NULL;
}

static const char *msglimits(void)
{
	struct msginfo limits;

	return msgctl(0, IPC_INFO, (struct msqid_ds *)(void *)&limits) >= 0 && limits.msgmax == 8192 &&
	       limits.msgmnb == 16384 ? NULL : "its numbers are those of kernel.msgmax 8192 and kernel.msgmnb 16384";
}

static const char *ipcrm(void)
{
	return access("/usr/bin/ipcrm", X_OK) == 0 || access("/bin/ipcrm", X_OK) == 0 ? NULL : "there is no ipcrm";
}

/* There is no such queue, but a kernel without any says something else (mq_overview(7)). */
static const char *mqueue(void)
{
	mqd_t q = mq_open("/ipcscope-no-such-queue", O_RDONLY);

	if (q != (mqd_t)-1)
		mq_close(q);
	else if (errno == ENOSYS)
		return "this kernel has no POSIX message queues";
	return NULL;
}

static const char *ipv6(void)
{
	struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_there = fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == 0;

	if (fd >= 0)
		close(fd);
	return is_there ? NULL : "there is no IPv6 here";
}

static const char *hosts(void)
{
	const char *why;

	return network_available(&why) ? NULL : why;
}

static const char *netem(void)
{
	const char *why;

	return network_impairable(&why) ? NULL : why;
}

static const char *page4k(void)
{
	return sysconf(_SC_PAGESIZE) == 4096 ? NULL : "its numbers are those of pages of 4096 bytes";
}

/* What has been mapped beyond 4 GiB before is no lesson's: AddressSanitizer keeps its books there. */
static const char *bits64(void)
{
	void *wanted = (void *)(uintptr_t)UINT64_C(0x100000000), *got;

	if (sizeof wanted < 8)
		return "its addresses are those of a machine of 64 bits";
	got = mmap(wanted, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (got != MAP_FAILED)
		munmap(got, 1);
	return got == wanted ? NULL : "the address of 4 GiB is taken";
}

static const char *setsid_program(void)
{
	return access("/usr/bin/setsid", X_OK) == 0 || access("/bin/setsid", X_OK) == 0 ? NULL : "there is no setsid";
}

static const char *pty(void)
{
	return access("/dev/ptmx", R_OK | W_OK) == 0 ? NULL : "there are no pseudo-terminals: no /dev/ptmx";
}

/* Of Linux 5.3. */
static const char *pidfd(void)
{
#ifdef SYS_pidfd_open
	long fd = syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0) {
		close((int)fd);
		return NULL;
	}
#endif
	return "this kernel has no pidfd_open";
}

static const char *sh(void)
{
	return access("/bin/sh", X_OK) == 0 ? NULL : "there is no /bin/sh";
}

static const struct {
	const char *name;
	const char *(*lacks)(void);
} needs[] = {
	{ "root", root }, { "user", user }, { "nobody", nobody }, { "foreign", foreign }, { "isolated", isolated },
	{ "sysv", sysv }, { "mqueue", mqueue }, { "ipv6", ipv6 }, { "hosts", hosts },
	{ "netem", netem }, { "page4k", page4k }, { "bits64", bits64 }, { "sh", sh },
	{ "msgcopy", msgcopy }, { "msglimits", msglimits }, { "ipcrm", ipcrm },
	{ "setsid", setsid_program }, { "pidfd", pidfd },
	{ "pty", pty },
};

bool needs_met(const struct lesson *l, const char **need, const char **why)
{
	for (int i = 0; i < l->n_needs; i++)
		for (size_t k = 0; k < sizeof needs / sizeof *needs; k++)
			if (!strcmp(l->needs[i], needs[k].name) && (*why = needs[k].lacks())) {
				*need = needs[k].name;
				return false;
			}
	return true;
}

bool needs_hosts(const struct lesson *l)
{
	for (int i = 0; i < l->n_needs; i++)
		if (!strcmp(l->needs[i], "hosts"))
			return true;
	return false;
}

const char *needs_nth(size_t n)
{
	return n < sizeof needs / sizeof *needs ? needs[n].name : NULL;
}
