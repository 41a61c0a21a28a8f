/* SPDX-License-Identifier: MIT */
#include "tests/unit.h"

Suite *suite_explorer_play(void)
{
	return suite_create("explorer_play");
}
