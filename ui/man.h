/* SPDX-License-Identifier: MIT */
/* Showing a manual page with man(1). */
#ifndef UI_MAN_H
#define UI_MAN_H

#include "base/error.h"

/* Shows "pipe(7)" and returns when the reader leaves it. The terminal must have been lent. Our own
 * pages are found beside a program that is not installed, too. -1 with e. */
int man_show(const char *page, struct error *e);

#endif
