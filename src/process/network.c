/* SPDX-License-Identifier: MIT */
#include "process/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/wire.h"

#define NAME "eth0"

/* The cable's index on both hosts: high, for kernels with tunnels give the low ones to those. */
enum { INDEX = 77, PATIENCE = 5 /* seconds */ };

int network_raise_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), done;

	if (fd < 0)
		return -errno;
	done = ioctl(fd, SIOCGIFFLAGS, &lo);
	lo.ifr_flags |= IFF_UP;
	if (done == 0)
		done = ioctl(fd, SIOCSIFFLAGS, &lo); /* netdevice(7) */
	done = done < 0 ? -errno : 0;
	close(fd);
	return done;
}

/* ---- messages of rtnetlink(7) --------------------------------------------------------------------- */

struct message {
	struct nlmsghdr header;
	char body[512];
};

static void *message_end(struct message *m)
{
	return (char *)m + NLMSG_ALIGN(m->header.nlmsg_len);
}

static void add(struct message *m, const void *data, size_t length)
{
	memcpy(message_end(m), data, length);
	m->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(m->header.nlmsg_len) + length);
}

static void begin(struct message *m, uint16_t type, uint16_t flags, const void *body, size_t length)
{
	memset(m, 0, sizeof *m);
	m->header = (struct nlmsghdr){ NLMSG_HDRLEN, type, (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags), 0, 0 };
	add(m, body, length);
}

/* An attribute; with length 0 one that holds those added until nest_end. */
static struct rtattr *attribute(struct message *m, unsigned short type, const void *data, size_t length)
{
	struct rtattr *a = message_end(m), header = { (unsigned short)RTA_LENGTH(length), type };

	add(m, &header, sizeof header);
	if (length)
		add(m, data, length);
	return a;
}

static void nest_end(struct message *m, struct rtattr *a)
{
	a->rta_len = (unsigned short)((char *)message_end(m) - (char *)a);
}

/* Sends it and takes the answer: 0 or -errno. */
static int ask(int fd, const struct message *m)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	ssize_t n;

	if (send(fd, m, m->header.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, &answer, sizeof answer, 0);
	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof answer.header + sizeof answer.error || answer.header.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.error.error;
}

/* ---- a host ---------------------------------------------------------------------------------------- */

struct host {
	int space;    /* the namespace */
	int requests; /* rtnetlink sockets belong to the namespace in which they were made */
	int events;
};

static int netlink(unsigned groups)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
			bind(fd, (struct sockaddr *)&address, sizeof address) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A new one, in which this process then is. */
static int found(struct host *h)
{
	if (unshare(CLONE_NEWNET) < 0)
		return -errno;
	h->space = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	h->requests = netlink(0);
	h->events = netlink(RTMGRP_LINK);
	if (h->space < 0 || h->requests < 0 || h->events < 0)
		return -errno;
	return network_raise_loopback();
}

/* A cable with an end on each of them. */
static int join(const struct host *a, const struct host *b)
{
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = INDEX };
	struct rtattr *info, *data, *peer;
	struct message m;

	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
	attribute(&m, IFLA_IFNAME, NAME, sizeof NAME);
	info = attribute(&m, IFLA_LINKINFO, NULL, 0);
	attribute(&m, IFLA_INFO_KIND, "veth", sizeof "veth");
	data = attribute(&m, IFLA_INFO_DATA, NULL, 0);
	peer = attribute(&m, VETH_INFO_PEER, NULL, 0);
	add(&m, &link, sizeof link);
	attribute(&m, IFLA_IFNAME, NAME, sizeof NAME);
	attribute(&m, IFLA_NET_NS_FD, &a->space, sizeof a->space);
	nest_end(&m, peer);
	nest_end(&m, data);
	nest_end(&m, info);
	return ask(b->requests, &m);
}

static int raise_cable(const struct host *h)
{
	struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = INDEX, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct message m;

	begin(&m, RTM_NEWLINK, 0, &link, sizeof link);
	return ask(h->requests, &m);
}

/* Until the kernel has noticed that the other end is up, it drops what is sent; it tells when it has,
 * one message at a time. */
static int await_cable(const struct host *h)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
		char rest[8192];
	} news;
	ssize_t n;

	while ((n = recv(h->events, &news, sizeof news, 0)) > 0)
		if ((size_t)n >= sizeof news.header + sizeof news.link && news.header.nlmsg_type == RTM_NEWLINK &&
		    news.link.ifi_index == INDEX && news.link.ifi_flags & IFF_RUNNING)
			return 0;
	return n < 0 && errno != EAGAIN ? -errno : -ETIMEDOUT;
}

static int give_address(const struct host *h, int family, const char *text, unsigned char prefix)
{
	struct ifaddrmsg body = { .ifa_family = (unsigned char)family, .ifa_prefixlen = prefix, .ifa_index = INDEX,
				  /* at once, not after a second in which nobody else may claim it */
				  .ifa_flags = IFA_F_NODAD };
	size_t length = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	unsigned char address[sizeof(struct in6_addr)];
	struct message m;

	inet_pton(family, text, address);
	begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof body);
	attribute(&m, IFA_LOCAL, address, length);
	attribute(&m, IFA_ADDRESS, address, length);
	return ask(h->requests, &m);
}

static int give_addresses(const struct host *h, const char *four, const char *six)
{
	int done = give_address(h, AF_INET, four, 24);

	if (done < 0)
		return done;
	done = give_address(h, AF_INET6, six, 64);
	/* A kernel without IPv6, or one told to do without: lessons on it say that they need it. */
	return done == -EOPNOTSUPP || done == -EAFNOSUPPORT || done == -EACCES || done == -EPERM ? 0 : done;
}

static int make(struct host *a, struct host *b)
{
	int done = found(a);

	if (done == 0)
		done = found(b);
	if (done == 0)
		done = join(a, b);
	if (done == 0)
		done = raise_cable(a);
	if (done == 0)
		done = raise_cable(b);
	if (done == 0)
		done = await_cable(a);
	if (done == 0)
		done = await_cable(b);
	if (done == 0)
		done = give_addresses(a, "10.77.0.1", "fd77::1");
	if (done == 0)
		done = give_addresses(b, "10.77.0.2", "fd77::2");
	return done;
}

/* The child founds them, for who has once left a network may not be let back in. */
int network_make(int host[2])
{
	int pair[2], done = -EPROTO, status;
	pid_t pid;

	host[0] = host[1] = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		struct host a = { -1, -1, -1 }, b = { -1, -1, -1 };

		done = make(&a, &b);
		wire_send(pair[1], &done, sizeof done, done < 0 ? NULL : (const int[2]){ a.space, b.space });
		_exit(0);
	}
	close(pair[1]);
	if (pid < 0)
		done = -errno;
	else if (wire_receive(pair[0], &done, sizeof done, host, 0) != sizeof done)
		done = -EPROTO;
	close(pair[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return done;
}

/* The discipline of the cable's queue. Fields of tc_netem_qopt that stay 0 are for other misfortunes. */
static int set_discipline(int requests, unsigned delay_ms, unsigned loss_percent)
{
	struct tcmsg body = { .tcm_family = AF_UNSPEC, .tcm_ifindex = INDEX, .tcm_handle = 1u << 16,
			      .tcm_parent = TC_H_ROOT };
	struct tc_netem_qopt netem = { .limit = 1000, .loss = UINT32_MAX / 100 * loss_percent };
	int64_t delay = (int64_t)delay_ms * 1000000;
	struct rtattr *options;
	struct message m;

	begin(&m, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, &body, sizeof body);
	attribute(&m, TCA_KIND, "netem", sizeof "netem");
	options = attribute(&m, TCA_OPTIONS, NULL, 0);
	add(&m, &netem, sizeof netem);
	attribute(&m, TCA_NETEM_LATENCY64, &delay, sizeof delay); /* ns */
	nest_end(&m, options);
	return ask(requests, &m);
}

/* A child goes there, for the same reason; its exit status is the error number. */
int network_impair(int host, unsigned delay_ms, unsigned loss_percent)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		int requests = setns(host, CLONE_NEWNET) < 0 ? -1 : netlink(0);

		_exit(requests < 0 ? errno : -set_discipline(requests, delay_ms, loss_percent));
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static bool may(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint32_t needed = 1u << CAP_SYS_ADMIN | 1u << CAP_NET_ADMIN;

	return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & needed) == needed;
}

static const char *try_it(void)
{
	static char text[120];
	int host[2], done;

	if (!may())
		return "two hosts need root or --isolate";
	done = network_make(host);
	if (done < 0) {
		snprintf(text, sizeof text, "two hosts cannot be made: %s", done == -EOPNOTSUPP ?
			 "this kernel has no veth" : strerror(-done));
		return text;
	}
	close(host[0]);
	close(host[1]);
	return "";
}

bool network_available(const char **why)
{
	static const char *known;

	if (!known)
		known = try_it();
	*why = known;
	return !known[0];
}

static const char *try_to_impair(void)
{
	static char text[120];
	int host[2], done = network_make(host);

	if (done == 0) {
		done = network_impair(host[0], 1, 0);
		close(host[0]);
		close(host[1]);
	}
	if (done < 0)
		snprintf(text, sizeof text, "delay and loss cannot be had: %s", done == -ENOENT ?
			 "this kernel has no netem" : strerror(-done));
	return text;
}

bool network_impairable(const char **why)
{
	static const char *known;

	if (!network_available(why))
		return false;
	if (!known)
		known = try_to_impair();
	*why = known;
	return !known[0];
}
