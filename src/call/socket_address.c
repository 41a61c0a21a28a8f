/* SPDX-License-Identifier: MIT */
/* Socket addresses: from a lesson's text and back. unix(7), ip(7), ipv6(7). */
#include "call/socket.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

enum { PATH_AT = offsetof(struct sockaddr_un, sun_path) };

static bool unix_address(const struct value *text, const struct call_context *c, struct sockaddr_un *un,
			 socklen_t *length)
{
	bool abstract = text->length && text->text[0] == '@';
	size_t suffix = abstract ? strlen(c->suffix) : 0;

	un->sun_family = AF_UNIX;
	*length = PATH_AT;
	if (!text->length)
		return true;
	if (text->length + suffix >= sizeof un->sun_path || memchr(text->text, '\0', text->length))
		return false;
	memcpy(un->sun_path, text->text, text->length);
	*length += text->length + 1;
	if (!abstract)
		return true;
	/* Its name is counted, not ended by a NUL, which would be a part of it. */
	un->sun_path[0] = '\0';
	memcpy(un->sun_path + text->length, c->suffix, suffix);
	*length += suffix - 1;
	return true;
}

bool socket_address(int fd, const struct value *a, const struct call_context *c, struct outcome *out,
		    union socket_address *address, socklen_t *length)
{
	int domain = 0;
	socklen_t size = sizeof domain;
	bool port = a[1].number >= 0 && a[1].number <= UINT16_MAX, good = false;

	memset(address, 0, sizeof *address);
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0) {
		make_error(out, errno); /* EBADF, ENOTSOCK: as the call itself would say */
		return false;
	}
	address->any.sa_family = (sa_family_t)domain;
	if (domain == AF_UNIX) {
		good = unix_address(&a[0], c, &address->un, length);
	} else if (domain == AF_INET) {
		*length = sizeof address->in;
		address->in.sin_port = htons((uint16_t)a[1].number);
		good = port && inet_pton(AF_INET, a[0].text, &address->in.sin_addr) == 1;
	} else if (domain == AF_INET6) {
		*length = sizeof address->in6;
		address->in6.sin6_port = htons((uint16_t)a[1].number);
		good = port && inet_pton(AF_INET6, a[0].text, &address->in6.sin6_addr) == 1;
	}
	if (!good)
		make_error(out, EINVAL);
	return good;
}

static uint32_t unix_text(const struct sockaddr_un *un, size_t length, const struct call_context *c,
			  uint8_t text[CALL_DATA_SHOWN])
{
	size_t suffix = strlen(c->suffix);

	if (length == 0)
		return 0;
	if (un->sun_path[0])
		length = strnlen(un->sun_path, length);
	else if (length > suffix && !memcmp(un->sun_path + length - suffix, c->suffix, suffix))
		length -= suffix;
	if (length > CALL_DATA_SHOWN)
		length = CALL_DATA_SHOWN;
	memcpy(text, un->sun_path, length);
	if (!un->sun_path[0])
		text[0] = '@';
	return (uint32_t)length;
}

uint32_t socket_text(const union socket_address *address, socklen_t length, const struct call_context *c,
		     uint8_t text[CALL_DATA_SHOWN], int64_t *port)
{
	char numbers[INET6_ADDRSTRLEN] = "";
	size_t n;

	*port = -1;
	if (length < sizeof(sa_family_t))
		return 0;
	if (address->any.sa_family == AF_UNIX)
		return unix_text(&address->un, length > PATH_AT ? length - PATH_AT : 0, c, text);
	if (address->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &address->in.sin_addr, numbers, sizeof numbers);
		*port = ntohs(address->in.sin_port);
	} else if (address->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &address->in6.sin6_addr, numbers, sizeof numbers);
		*port = ntohs(address->in6.sin6_port);
	}
	n = strlen(numbers);
	memcpy(text, numbers, n);
	return (uint32_t)n;
}
