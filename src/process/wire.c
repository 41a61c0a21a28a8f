/* SPDX-License-Identifier: MIT */
#include "process/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

union wire_control {
	char bytes[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr align;
};

int wire_send(int socket, const void *record, size_t length, const int descriptors[2])
{
	struct iovec iov = { (void *)(uintptr_t)record, length };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union wire_control control;
	ssize_t sent;

	if (descriptors) {
		struct cmsghdr *h;

		memset(&control, 0, sizeof control);
		m.msg_control = &control;
		m.msg_controllen = sizeof control.bytes;
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(h), descriptors, 2 * sizeof(int));
	}
	do
		sent = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

ssize_t wire_receive(int socket, void *record, size_t size, int descriptors[2], int flags)
{
	struct iovec iov = { record, size };
	union wire_control control;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof control.bytes };
	int fd[2] = { -1, -1 };
	ssize_t got = recvmsg(socket, &m, flags | MSG_CMSG_CLOEXEC);

	if (got < 0)
		return -errno;
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
		if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
			memcpy(fd, CMSG_DATA(h),
			       h->cmsg_len - CMSG_LEN(0) < sizeof fd ? h->cmsg_len - CMSG_LEN(0) : sizeof fd);
	if (descriptors)
		memcpy(descriptors, fd, sizeof fd);
	else
		for (int i = 0; i < 2; i++)
			if (fd[i] >= 0)
				close(fd[i]);
	return got;
}

size_t wire_request_size(const struct wire_request *r)
{
	return offsetof(struct wire_request, text) + r->length;
}

bool wire_pack(struct wire_request *r, const struct call *c, const struct value *argument, int n)
{
	r->call = (uint32_t)call_number(c);
	r->n = call_most(c);
	r->length = 0;
	for (int i = 0; i < r->n; i++) {
		struct wire_argument *a = &r->argument[i];
		const char *bytes;

		*a = (struct wire_argument){ .kind = VALUE_NUMBER, .number = c->argument[i].otherwise };
		if (i >= n)
			continue;
		a->kind = (int32_t)argument[i].kind;
		a->number = argument[i].number;
		if (argument[i].kind == VALUE_NUMBER)
			continue;
		bytes = argument[i].kind == VALUE_TEXT ? argument[i].text : (const char *)argument[i].field;
		a->length = argument[i].kind == VALUE_TEXT ? argument[i].length :
							     argument[i].length * (uint32_t)sizeof(int64_t);
		if (a->length >= sizeof r->text - r->length)
			return false;
		a->offset = r->length;
		memcpy(r->text + r->length, bytes, a->length);
		r->text[r->length + a->length] = '\0';
		r->length += a->length + 1;
	}
	return true;
}

bool wire_unpack(const struct wire_request *r, size_t size, const struct call **c,
		 struct value argument[CALL_ARGUMENTS])
{
	size_t fixed = offsetof(struct wire_request, text);

	if (size < fixed || r->length != size - fixed || r->length > sizeof r->text || r->n < 0 ||
	    r->n > CALL_ARGUMENTS)
		return false;
	*c = call_nth(r->call);
	if (!*c || r->n != call_most(*c))
		return false;
	for (int i = 0; i < r->n; i++) {
		const struct wire_argument *a = &r->argument[i];

		argument[i] = (struct value){ .kind = VALUE_NUMBER, .number = a->number };
		if (a->kind != VALUE_TEXT && a->kind != VALUE_TUPLE)
			continue;
		if (a->offset > r->length || a->length >= r->length - a->offset ||
		    r->text[a->offset + a->length])
			return false;
		if (a->kind == VALUE_TUPLE) { /* its numbers travel as text, not aligned */
			if (a->length > sizeof argument[i].field || a->length % sizeof(int64_t))
				return false;
			argument[i].kind = VALUE_TUPLE;
			argument[i].length = a->length / (uint32_t)sizeof(int64_t);
			memcpy(argument[i].field, r->text + a->offset, a->length);
			continue;
		}
		argument[i].kind = VALUE_TEXT;
		argument[i].text = r->text + a->offset;
		argument[i].length = a->length;
	}
	return true;
}
