/* SPDX-License-Identifier: MIT */
/* POSIX message queues: mq_overview(7). On Linux a queue's descriptor is a file descriptor. */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/syscall.h>

#include "call/posix.h"

enum { MESSAGE_SIZE = 8192 /* the kernel's own default, mq_overview(7) */ };

MAKE(make_mq_open)
{
	struct mq_attr attributes = { .mq_maxmsg = (long)a[3].number, .mq_msgsize = (long)a[4].number };
	char name[POSIX_NAME];

	UNUSED(n);
	if (posix_naming(&a[0], a[1].number, 'Q', c, name, out))
		make_result(out, mq_open(name, (int)a[1].number, (mode_t)a[2].number,
					 a[3].number == -1 ? NULL : &attributes));
}

MAKE(make_mq_close)
{
	UNUSED(n), UNUSED(c);
	make_result(out, mq_close((mqd_t)a[0].number));
}

MAKE(make_mq_unlink)
{
	UNUSED(n);
	posix_unlink(mq_unlink, 'Q', &a[0], c, out);
}

MAKE(make_mq_send)
{
	const void *data;
	size_t length;

	UNUSED(n);
	if (make_data(&a[1], c, out, &data, &length))
		make_result(out, mq_send((mqd_t)a[0].number, data, length, (unsigned)a[2].number));
}

/* Asks for as much as the queue's largest message unless told how much. */
MAKE(make_mq_receive)
{
	struct value count = a[1];
	struct mq_attr attributes;
	unsigned priority = 0;
	ssize_t got;

	UNUSED(n);
	if (count.number == -1) {
		make_result(out, mq_getattr((mqd_t)a[0].number, &attributes));
		if (out->result == -1)
			return;
		count.number = attributes.mq_msgsize;
	}
	if (!make_room(&count, out))
		return;
	c->filled = 0;
	got = mq_receive((mqd_t)a[0].number, (char *)c->buffer, (size_t)count.number, &priority);
	make_result(out, got);
	if (got == -1)
		return;
	make_told(c, out, c->buffer, (size_t)got);
	out->n_values = 1;
	out->values[0] = priority;
}

MAKE(make_mq_notify)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = (int)a[1].number };

	UNUSED(n), UNUSED(c);
	make_result(out, mq_notify((mqd_t)a[0].number, a[1].number ? &event : NULL));
}

MAKE(make_mq_setattr)
{
	struct mq_attr attributes = { .mq_flags = (long)a[1].number };

	UNUSED(n), UNUSED(c);
	make_result(out, mq_setattr((mqd_t)a[0].number, &attributes, NULL));
}

#define MQD { "mqdes", ARGUMENT_DESCRIPTOR, NULL, false, 0 }

const struct call calls_posix_queue[] = {
	{ .name = "mq_open",
	  .argument = { POSIX_ARGUMENT, POSIX_FLAGS, POSIX_MODE, { "maxmsg", ARGUMENT_NUMBER, NULL, true, -1 },
			{ "msgsize", ARGUMENT_SIZE, NULL, true, MESSAGE_SIZE } },
	  .result = RESULT_DESCRIPTOR, .make = make_mq_open, .mechanism = "posix", .see = "mq_open(3)",
	  .summary = "a message queue by name: so many messages of at most such a size",
	  .offers = "q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 4, 64)" },
	{ .name = "mq_send",
	  .argument = { MQD, { "msg", ARGUMENT_DATA, NULL, false, 0 },
			{ "priority", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_ZERO, .sleeps_in = { CALL_SLEEPS(SYS_mq_timedsend) }, .make = make_mq_send,
	  .mechanism = "posix", .see = "mq_send(3)", .summary = "adds a message; the highest priority is received first",
	  .offers = "mq_send({mq}, \"hello\", 1)" },
	{ .name = "mq_receive",
	  .argument = { MQD, { "count", ARGUMENT_SIZE, NULL, true, -1 } },
	  .result = RESULT_DATA, .sleeps_in = { CALL_SLEEPS(SYS_mq_timedreceive) }, .make = make_mq_receive,
	  .mechanism = "posix", .see = "mq_receive(3)", .summary = "takes a message and tells its priority: 5 \"hello\" [1]",
	  .offers = "mq_receive({mq})" },
	{ .name = "mq_notify", .argument = { MQD, { "sig", ARGUMENT_SIGNAL, &symbols_signal, false, 0 } },
	  .result = RESULT_ZERO, .make = make_mq_notify, .mechanism = "posix", .see = "mq_notify(3)",
	  .summary = "a signal when a message comes to the empty queue, once; 0: none",
	  .offers = "mq_notify({mq}, SIGUSR1)" },
	{ .name = "mq_setattr", .argument = { MQD, { "flags", ARGUMENT_SYMBOLS, &symbols_status_flags, false, 0 } },
	  .result = RESULT_ZERO, .make = make_mq_setattr, .mechanism = "posix", .see = "mq_getattr(3)",
	  .summary = "O_NONBLOCK, or 0; nothing else can be changed" },
	{ .name = "mq_close", .argument = { MQD }, .result = RESULT_ZERO, .make = make_mq_close,
	  .mechanism = "posix", .see = "mq_close(3)", .summary = "gives its descriptor back; the queue stays",
	  .offers = "mq_close({mq})" },
	{ .name = "mq_unlink", .argument = { POSIX_ARGUMENT }, .result = RESULT_ZERO, .make = make_mq_unlink,
	  .mechanism = "posix", .see = "mq_unlink(3)", .summary = "removes the name; the queue goes with its last descriptor" },
	{ 0 },
};
