/* SPDX-License-Identifier: MIT */
/* Folders for tests. */
#include "tests/probe/folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char folder[64];

static void make(void)
{
	strcpy(folder, "/tmp/ipcscope-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Tests make no folders in it. */
static void empty(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
}

static void clear_away(void)
{
	empty();
	rmdir(folder);
}

void folder_use(TCase *tcase)
{
	tcase_add_unchecked_fixture(tcase, make, clear_away);
	tcase_add_checked_fixture(tcase, empty, NULL);
}
