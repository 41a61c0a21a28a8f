/* SPDX-License-Identifier: MIT */
/* match */
#include "tests/unit.h"

Suite *suite_match(void)
{
	return suite_create("match");
}
