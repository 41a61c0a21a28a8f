/* SPDX-License-Identifier: MIT */
/* Pictures of sockets and a terminal, made by hand. */
#ifndef TESTS_UI_SAMPLE_SOCKET_H
#define TESTS_UI_SAMPLE_SOCKET_H

#include "stage/picture.h"

struct picture *sample_connected(void);      /* a Unix pair, something unread both ways */
struct picture *sample_connected_full(void); /* one of them blocks */
struct picture *sample_half_closed(void);    /* a has shut down writing */
struct picture *sample_other_closed(void);   /* nobody has b open any more */
struct picture *sample_tcp(bool closed_window); /* client c, server s */
struct picture *sample_tcp_closing(void);
struct picture *sample_listener(int pending, int backlog);
struct picture *sample_udp(void);            /* alone, with losses */
struct picture *sample_unbound(void);        /* a stream socket that was only made */
struct picture *sample_mailbox(void);        /* Unix, datagrams: how many is known, not how many bytes */
struct picture *sample_terminal(void);

#endif
