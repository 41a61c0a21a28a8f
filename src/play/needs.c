/* SPDX-License-Identifier: MIT */
#include "play/needs.h"

#include <string.h>
#include <unistd.h>

static bool is_root(void) { return geteuid() == 0; }
static bool is_not_root(void) { return geteuid() != 0; }
static bool has_sysv(void) { return access("/proc/sysvipc", F_OK) == 0; }
static bool has_page4k(void) { return sysconf(_SC_PAGESIZE) == 4096; }
static bool has_shell(void) { return access("/bin/sh", X_OK) == 0; }

static const struct {
	const char *name;
	bool (*is_there)(void);
	const char *why;
} needs[] = {
	{ "root", is_root, "only root may do this" },
	{ "user", is_not_root, "root may do everything: play it as an ordinary user" },
	{ "sysv", has_sysv, "this kernel has no System V IPC" },
	{ "page4k", has_page4k, "its numbers are those of pages of 4096 bytes" },
	{ "sh", has_shell, "there is no /bin/sh" },
};

bool needs_met(const struct lesson *l, const char **need, const char **why)
{
	for (int i = 0; i < l->n_needs; i++)
		for (size_t k = 0; k < sizeof needs / sizeof *needs; k++)
			if (!strcmp(l->needs[i], needs[k].name) && !needs[k].is_there()) {
				*need = needs[k].name;
				*why = needs[k].why;
				return false;
			}
	return true;
}

const char *needs_nth(size_t n)
{
	return n < sizeof needs / sizeof *needs ? needs[n].name : NULL;
}
