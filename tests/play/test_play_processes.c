/* SPDX-License-Identifier: MIT */
/* play_processes */
#include "tests/unit.h"

Suite *suite_play_processes(void)
{
	return suite_create("play_processes");
}
