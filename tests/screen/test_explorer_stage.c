/* SPDX-License-Identifier: MIT */
#include "tests/unit.h"

Suite *suite_explorer_stage(void)
{
	return suite_create("explorer_stage");
}
