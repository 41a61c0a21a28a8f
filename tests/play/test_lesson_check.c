/* SPDX-License-Identifier: MIT */
/* lesson_check */
#include "tests/unit.h"

Suite *suite_lesson_check(void)
{
	return suite_create("lesson_check");
}
