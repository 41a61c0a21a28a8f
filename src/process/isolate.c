/* SPDX-License-Identifier: MIT */
#include "process/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/ledger.h"
#include "process/network.h"

enum { PATIENCE = 5 }; /* seconds: what is left inside has this long to clean up once the program is gone */

static bool on, own_users;
static int stat_outside = -1; /* this process's stat(5) file, with the numbers of outside */
static char shortfall[200];

/* ---- why not ---------------------------------------------------------------------------------- */

/* Settings that forbid namespaces, user_namespaces(7); the last two belong to Debian and Ubuntu. */
static const struct {
	const char *path;
	char forbids;
	const char *name;
} settings[] = {
	{ "/proc/sys/user/max_user_namespaces", '0', "user.max_user_namespaces is 0" },
	{ "/proc/sys/user/max_pid_namespaces", '0', "user.max_pid_namespaces is 0" },
	{ "/proc/sys/kernel/unprivileged_userns_clone", '0', "kernel.unprivileged_userns_clone is 0" },
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1',
	  "kernel.apparmor_restrict_unprivileged_userns is 1" },
};

static const char *setting_that_forbids(void)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		int fd = open(settings[i].path, O_RDONLY | O_CLOEXEC);
		char text[16] = "";
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

		if (fd >= 0)
			close(fd);
		if (n == 2 && text[0] == settings[i].forbids)
			return settings[i].name;
	}
	return NULL;
}

static int refused(struct error *e, int code, const char *step, const char *why)
{
	if (!why)
		why = setting_that_forbids();
	if (!why && code == ENOSPC) /* namespaces(7) */
		why = "a limit in /proc/sys/user is reached";
	error_set(e, code, "cannot isolate: %s%s%s%s", step, why ? " (" : "", why ? why : "", why ? ")" : "");
	return error_hint(e, "without --isolate it plays as well, and leaves nothing behind either");
}

/* ---- outside ---------------------------------------------------------------------------------- */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

/* Everybody inside is who they were; nobody else has a name there (user_namespaces(7)). */
static int map_ids(unsigned uid, unsigned gid)
{
	char line[64];

	write_file("/proc/self/setgroups", "deny"); /* not there before Linux 3.19, which did not ask for it */
	snprintf(line, sizeof line, "%u %u 1", uid, uid);
	if (write_file("/proc/self/uid_map", line) < 0)
		return -1;
	snprintf(line, sizeof line, "%u %u 1", gid, gid);
	return write_file("/proc/self/gid_map", line);
}

/* Children will be in a new PID namespace. Root needs no user namespace for that, and stays root for
 * everything outside, unless it is one without that privilege, as in most containers. */
static int separate(struct error *e)
{
	unsigned uid = geteuid(), gid = getegid();

	if (uid == 0 && unshare(CLONE_NEWPID) == 0)
		return 0;
	if (unshare(CLONE_NEWUSER) < 0)
		return refused(e, errno, "a user namespace is refused", NULL);
	own_users = true;
	if (map_ids(uid, gid) < 0)
		return refused(e, errno, "the user namespace does not take this user's id", NULL);
	if (unshare(CLONE_NEWPID) < 0)
		return refused(e, errno, "a PID namespace is refused", NULL);
	return 0;
}

/* The shell is to see the job stop as the program did. In an orphaned process group nobody stops. */
static void stop_too(int number)
{
	struct sigaction plain = { .sa_handler = SIG_DFL }, before;
	sigset_t set, mask;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigaction(number, &plain, &before);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &set, &mask); /* stops here */
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(number, &before, NULL);
}

static bool is_job_control(int number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* Whether the program inside has ended, and how. */
static bool has_ended(pid_t program, int *status)
{
	pid_t pid;

	while ((pid = waitpid(program, status, WNOHANG | WUNTRACED)) == program) {
		if (!WIFSTOPPED(*status))
			return true;
		if (is_job_control(WSTOPSIG(*status)))
			stop_too(WSTOPSIG(*status));
	}
	return pid < 0 && errno == ECHILD;
}

/* Hands signals on until the program inside ends. What the kernel sends (a key of the terminal, a
 * change of its size, its end) goes to the whole process group, which the program is in, too. */
static int attend(pid_t program)
{
	sigset_t all;
	siginfo_t info;
	int status = 0;

	sigfillset(&all);
	while (!has_ended(program, &status)) {
		int number = sigwaitinfo(&all, &info);

		if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
			kill(program, number);
	}
	return status;
}

/* The program was only just made and may have missed what came before. */
static void hand_on_early(pid_t program)
{
	static const struct timespec at_once = { 0, 0 };
	sigset_t all;
	int number;

	sigfillset(&all);
	sigdelset(&all, SIGCHLD);
	while ((number = sigtimedwait(&all, NULL, &at_once)) > 0)
		kill(program, number);
}

static _Noreturn void end_like(int status)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;

	if (WIFSIGNALED(status)) {
		/* The core, if any, is the program's. */
		prctl(PR_SET_DUMPABLE, 0);
		sigaction(WTERMSIG(status), &plain, NULL);
		raise(WTERMSIG(status));
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static _Noreturn void stay_outside(pid_t first, pid_t program, int news)
{
	int status, first_status = 0;

	hand_on_early(program);
	status = attend(program);
	close(news); /* all there is to see for a first process that was late, see hold_namespace */
	while (waitpid(first, &first_status, 0) < 0 && errno == EINTR)
		;
	/* Where the stagehand was killed, too, its folder is still there: seen from here, of a world that
	 * nobody holds a lock in any more. */
	if (WIFSIGNALED(status) || WIFSIGNALED(first_status))
		ledger_remove_leftovers();
	if (WIFSIGNALED(first_status)) {
		fputs("ipcscope: the first process of its PID namespace was killed\n", stderr);
		_exit(1);
	}
	end_like(status);
}

/* ---- the first process ------------------------------------------------------------------------- */

static void give_up(int number)
{
	(void)number;
	_exit(0);
}

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	errno = ENOSYS;
	return -1;
#endif
}

/* Holds the namespace until the program has ended and the stagehand, if that was cut short, has
 * cleaned up. Then the kernel kills whoever is left (pid_namespaces(7)). The program is not its child:
 * it is told who that is. Orphans are, and the kernel reaps them, as SIGCHLD is ignored. */
static _Noreturn void hold_namespace(int news)
{
	struct sigaction alarmed = { .sa_handler = give_up };
	struct pollfd p = { .fd = -1, .events = POLLIN };
	pid_t program;
	sigset_t set;

	signal(SIGCHLD, SIG_IGN);
	prctl(PR_SET_NAME, "first");
	for (int fd = 0; fd < 256; fd++)
		if (fd != news)
			close(fd);
	if (read(news, &program, sizeof program) != sizeof program)
		_exit(0);
	/* It may be over already, and Linux before 5.3 has no such descriptor: then the one outside
	 * closes its end of the pipe. */
	p.fd = open_pidfd(program);
	if (p.fd < 0)
		p.fd = news;
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	sigaction(SIGALRM, &alarmed, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	alarm(PATIENCE);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	_exit(0);
}

/* ---- the program ------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What others mount or unmount outside goes on reaching us, but not the other way round. */
static int mount_own(struct error *e)
{
	if (mount("none", "/", "none", MS_REC | MS_SLAVE, NULL) < 0)
		return refused(e, errno, "mounts cannot be made its own", NULL);
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return refused(e, errno, "/proc of the PID namespace is refused",
			       errno == EPERM ? "parts of the present one are hidden, as in containers" : NULL);
	/* Names of POSIX objects are the stage's own in any case (mq_overview(7), shm_overview(7)). */
	if (is_folder("/dev/shm"))
		mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	if (is_folder("/dev/mqueue"))
		mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return 0;
}

static void own_network(void)
{
	int error = unshare(CLONE_NEWNET) < 0 ? -errno : network_raise_loopback();

	if (error)
		snprintf(shortfall, sizeof shortfall, "no network of its own: %s", strerror(-error));
}

/* Dies with the one outside, which shows that it lives by an open pipe. */
static void be_bound(const int news[2])
{
	struct pollfd p = { .fd = news[0], .events = POLLIN };
	pid_t self = getpid();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(news[1], &self, sizeof self) != sizeof self)
		_exit(1);
	close(news[1]);
	if (poll(&p, 1, 0) > 0 && p.revents & POLLHUP)
		_exit(1);
	close(news[0]);
}

static int settle_in(const int news[2], struct error *e)
{
	be_bound(news);
	stat_outside = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	if (unshare(CLONE_NEWNS) < 0)
		return refused(e, errno, "a mount namespace is refused", NULL);
	if (unshare(CLONE_NEWIPC) < 0)
		return refused(e, errno, "an IPC namespace is refused", NULL);
	if (mount_own(e) < 0)
		return -1;
	own_network();
	on = true;
	return 0;
}

int isolate_enter(struct error *e)
{
	pid_t first, program = -1;
	sigset_t all, mask;
	int news[2];

	/* From inside, what earlier runs left cannot be removed: it is in another world. */
	ledger_remove_leftovers();
	if (pipe2(news, O_CLOEXEC) < 0)
		return error_set(e, errno, "cannot make a pipe");
	if (separate(e) < 0)
		return -1;
	signal(SIGCHLD, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	first = fork();
	if (first == 0)
		hold_namespace(news[0]);
	if (first > 0)
		program = fork();
	if (program == 0) {
		sigprocmask(SIG_SETMASK, &mask, NULL);
		return settle_in(news, e);
	}
	if (program < 0) {
		refused(e, errno, "a process in the PID namespace cannot be made", NULL);
		close(news[0]); /* the first process ends */
		close(news[1]);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		return -1;
	}
	close(news[0]);
	stay_outside(first, program, news[1]);
}

bool isolate_is_on(void)
{
	return on;
}

const char *isolate_shortfall(void)
{
	return shortfall;
}

/* Fields 5, 7 and 8 of proc_pid_stat(5): process group, terminal, the terminal's foreground group. */
bool isolate_in_foreground(void)
{
	char text[1024], *p;
	ssize_t n = stat_outside < 0 ? -1 : pread(stat_outside, text, sizeof text - 1, 0);
	int group, terminal, front;

	if (n <= 0)
		return true;
	text[n] = '\0';
	p = strrchr(text, ')');
	if (!p || sscanf(p + 1, " %*c %*d %d %*d %d %d", &group, &terminal, &front) != 3)
		return true;
	return terminal == 0 || group == front;
}

void isolate_drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	if (on && own_users && geteuid() != 0)
		syscall(SYS_capset, &header, none);
}
