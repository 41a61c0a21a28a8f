/* SPDX-License-Identifier: MIT */
#include "tests/unit.h"

Suite *suite_explorer_ends(void)
{
	return suite_create("explorer_ends");
}
