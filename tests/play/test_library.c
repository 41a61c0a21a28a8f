/* SPDX-License-Identifier: MIT */
/* library */
#include "tests/unit.h"

Suite *suite_library(void)
{
	return suite_create("library");
}
