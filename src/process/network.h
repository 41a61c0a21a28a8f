/* SPDX-License-Identifier: MIT */
/* Two hosts on one machine: two network namespaces joined by a cable (network_namespaces(7), veth(4)),
 * where packets between 10.77.0.1 and 10.77.0.2, or fd77::1 and fd77::2, go from one to the other. */
#ifndef PROCESS_NETWORK_H
#define PROCESS_NETWORK_H

#include <stdbool.h>

/* Where a process lives: in the front end's network, or on one of the stage's two hosts. */
enum network_host { NETWORK_HERE, NETWORK_FIRST, NETWORK_SECOND };

/* Makes both, joins them and waits until packets flow. host[] gets descriptors of the namespaces for
 * setns(2), close-on-exec, for the caller to close: the namespaces live as long as somebody
 * holds or inhabits them. The caller stays where it is. 0 or -errno. */
int network_make(int host[2]);

/* From now on what that host sends comes late, and some of it not at all: netem, tc-netem(8); 0 and 0: all
 * of it and at once. 0 or -errno; -ENOENT: this kernel has no netem. */
int network_impair(int host, unsigned delay_ms, unsigned loss_percent);

/* Whether network_make works here, found out by trying it, once; else why not (a static text). */
bool network_available(const char **why);

/* The same of network_impair. */
bool network_impairable(const char **why);

/* Sets the loopback interface of this process's network up: in a new one it is down. 0 or -errno. */
int network_raise_loopback(void);

#endif
