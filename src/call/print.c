/* SPDX-License-Identifier: MIT */
/* How calls and what came of them are written: as strace(1) would, in the notation that
 * the lesson language reads back. */
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "call/call.h"

static void add_number(struct text *t, int64_t n)
{
	text_addf(t, "%lld", (long long)n);
}

static void add_string(struct text *t, const void *bytes, size_t length)
{
	text_add(t, "\"");
	text_add_printable(t, bytes, length);
	text_add(t, "\"");
}

static void add_process(struct text *t, int64_t pid, const struct call_names *names)
{
	const char *name = names && names->process ? names->process(names->data, pid) : NULL;

	if (name)
		text_add(t, name);
	else
		add_number(t, pid);
}

static void add_object(struct text *t, const char *what, int64_t id, const struct call_names *names)
{
	const char *name = names && names->object ? names->object(names->data, what, id) : NULL;

	if (name)
		text_add(t, name);
	else
		add_number(t, id);
}

static void add_address(struct text *t, int64_t address, const struct call_names *names)
{
	int64_t offset = 0;
	const char *name = names && names->address ? names->address(names->data, address, &offset) : NULL;

	if (name && offset)
		text_addf(t, "%s + %lld", name, (long long)offset);
	else if (name)
		text_add(t, name);
	else if (address > 0)
		text_addf(t, "0x%llx", (unsigned long long)address);
	else /* none, or one of the kernel's: as it was given */
		add_number(t, address);
}

/* A number that the lesson may have a name for: a key, a port. */
static void add_named(struct text *t, enum result_type type, int64_t n, const struct call_names *names)
{
	const char *name = names && names->number ? names->number(names->data, type, n) : NULL;

	if (name)
		text_add(t, name);
	else if (type == RESULT_KEY)
		text_addf(t, "0x%llx", (long long)n);
	else
		add_number(t, n);
}

static void add_tuple(struct text *t, const struct tuple_type *type, const struct value *v)
{
	text_add(t, "{");
	for (int i = 0; i < value_fields(v) && i < type->most; i++) {
		if (i)
			text_add(t, ", ");
		if (type->field[i].symbols)
			symbol_print(t, type->field[i].symbols, value_field(v, i, 0));
		else
			add_number(t, value_field(v, i, 0));
	}
	text_add(t, "}");
}

/* What fcntl's third argument means follows from its command, */
static const struct symbol_set *fcntl_argument(int64_t command)
{
	return command == F_SETFL ? &symbols_status_flags : command == F_SETFD ? &symbols_descriptor_flags :
	       command == F_ADD_SEALS ? &symbols_seals : NULL;
}

/* and so does what it returns. */
static const struct symbol_set *fcntl_result(int64_t command)
{
	return command == F_GETFL ? &symbols_open : command == F_GETFD ? &symbols_descriptor_flags :
	       command == F_GET_SEALS ? &symbols_seals : NULL;
}

/* A socket's options are counted anew at each level. */
static const struct symbol_set *option_names(int64_t level)
{
	return level == SOL_SOCKET ? &symbols_socket_option : level == IPPROTO_TCP ? &symbols_tcp_option :
	       level == IPPROTO_IP ? &symbols_ip_option : level == IPPROTO_IPV6 ? &symbols_ipv6_option : NULL;
}

static void add_mode(struct text *t, int64_t mode)
{
	text_addf(t, mode ? "0%llo" : "%llo", (unsigned long long)mode);
}

/* Whether the data is where an address says: write(fd, ADDRESS, COUNT). */
static bool is_in_memory(const struct call *c, const struct value *argument, int n, int i)
{
	return c->argument[i].type == ARGUMENT_DATA && n > i + 1 && c->argument[i + 1].type == ARGUMENT_SIZE &&
	       argument[i].kind == VALUE_NUMBER && argument[i + 1].number >= 0;
}

static void add_argument(struct text *t, const struct call_argument *what, const struct value *all,
			 const struct value *v, const struct call_names *names)
{
	switch (what->type) {
	case ARGUMENT_DATA:
	case ARGUMENT_WORD:
	case ARGUMENT_PATH:
	case ARGUMENT_STRING:
		if (v->kind == VALUE_TEXT)
			add_string(t, v->text, v->length);
		else
			add_number(t, v->number);
		break;
	case ARGUMENT_SYMBOLS:
	case ARGUMENT_SIGNAL:
		symbol_print(t, what->symbols, v->number);
		break;
	case ARGUMENT_SIGNALS:
		symbol_print_signals(t, (uint64_t)v->number);
		break;
	case ARGUMENT_MODE:
		add_mode(t, v->number);
		break;
	case ARGUMENT_PROCESS:
		if (what->symbols && v->number == -1)
			symbol_print(t, what->symbols, v->number);
		else
			add_process(t, v->number, names);
		break;
	case ARGUMENT_KEY:
		if (v->number == 0)
			text_add(t, "IPC_PRIVATE");
		else
			add_named(t, RESULT_KEY, (uint32_t)v->number, names);
		break;
	case ARGUMENT_PORT:
		add_named(t, RESULT_SOCKNAME, v->number, names);
		break;
	case ARGUMENT_SEMOP:
	case ARGUMENT_LOCK:
		add_tuple(t, call_tuple(what->type), v);
		break;
	case ARGUMENT_OBJECT:
		add_object(t, what->name, v->number, names);
		break;
	case ARGUMENT_ADDRESS:
		add_address(t, v->number, names);
		break;
	case ARGUMENT_FCNTL:
		if (v->kind == VALUE_TUPLE)
			add_tuple(t, call_tuple(ARGUMENT_LOCK), v);
		else
			symbol_print(t, fcntl_argument(all[1].number), v->number);
		break;
	case ARGUMENT_OPTION:
		symbol_print(t, option_names(v[-1].number), v->number);
		break;
	case ARGUMENT_NONE:
	case ARGUMENT_DESCRIPTOR:
	case ARGUMENT_NUMBER:
	case ARGUMENT_SIZE:
		add_number(t, v->number);
		break;
	}
}

void call_print(struct text *t, const struct call *c, const struct value *argument, int n,
		const struct call_names *names)
{
	text_addf(t, "%s(", c->name);
	for (int i = 0; i < n; i++) {
		if (i)
			text_add(t, ", ");
		if (is_in_memory(c, argument, n, i))
			add_address(t, argument[i].number, names);
		else
			add_argument(t, &c->argument[i], argument, &argument[i], names);
	}
	text_add(t, ")");
}

void call_print_ending(struct text *t, int status)
{
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
	const char *name = symbol_signal(number);

	if (WIFEXITED(status))
		text_addf(t, "exited with %d", WEXITSTATUS(status));
	else if (WIFCONTINUED(status))
		text_add(t, "continued");
	else if (name)
		text_addf(t, "%s by %s", WIFSTOPPED(status) ? "stopped" : "killed", name);
	else
		text_addf(t, "%s by %d", WIFSTOPPED(status) ? "stopped" : "killed", number);
}

/* Few runs of many equal bytes read best as "a"*4096; anything else as it is. */
void call_print_data(struct text *t, const struct outcome *out)
{
	bool runs = out->n_runs && out->n_runs <= CALL_RUNS;
	uint32_t longest = 0;

	for (uint32_t i = 0; runs && i < out->n_runs; i++)
		if (out->runs[i].count > longest)
			longest = out->runs[i].count;
	if (runs && longest > 8 && (out->data_length > 32 || out->n_runs == 1)) {
		for (uint32_t i = 0; i < out->n_runs; i++) {
			if (i)
				text_add(t, " ");
			add_string(t, &out->runs[i].byte, 1);
			if (out->runs[i].count > 1)
				text_addf(t, "*%u", out->runs[i].count);
		}
		return;
	}
	if (out->data_length <= CALL_DATA_SHOWN) {
		add_string(t, out->data, out->data_length);
		return;
	}
	add_string(t, out->data, CALL_DATA_SHOWN / 2);
	text_add(t, "...");
}

/* " [5]": what came with the result. */
static void add_beside(struct text *t, const struct call *c, const struct outcome *out, const struct call_names *names)
{
	int64_t first = out->values[0];
	bool who = out->n_values == 3, port = c->beside == RESULT_SOCKNAME;
	const char *name = !names ? NULL : who && names->process ? names->process(names->data, first) :
			   port && names->number ? names->number(names->data, RESULT_SOCKNAME, first) : NULL;

	if (!out->n_values)
		return;
	text_add(t, " [");
	if (name)
		text_add(t, name);
	else if ((who || port) && names && names->again)
		text_add(t, "?");
	else
		add_number(t, first);
	for (int i = 1; i < out->n_values; i++)
		text_addf(t, ", %lld", (long long)out->values[i]);
	text_add(t, "]");
}

static void add_data(struct text *t, const struct call *c, const struct outcome *out, const struct call_names *names)
{
	add_number(t, out->result);
	if (out->data_length) {
		text_add(t, " ");
		call_print_data(t, out);
	}
	add_beside(t, c, out, names);
}

static void add_stat(struct text *t, const struct outcome *out)
{
	text_add(t, "0 {st_mode=");
	symbol_print(t, &symbols_file_type, out->values[0] & S_IFMT);
	text_addf(t, "|0%llo, st_size=%lld}", (unsigned long long)out->values[0] & 07777,
		  (long long)out->values[1]);
}

static void add_wait(struct text *t, const struct outcome *out, const struct call_names *names)
{
	if (out->result == 0) { /* WNOHANG, and none has ended */
		text_add(t, "0");
		return;
	}
	add_process(t, out->result, names);
	text_add(t, " ");
	call_print_ending(t, (int)out->values[0]);
}

static void add_poll(struct text *t, const struct outcome *out)
{
	add_number(t, out->result);
	if (out->result > 0) {
		text_add(t, " ");
		symbol_print(t, &symbols_poll, out->values[0]);
	}
}

static void add_epoll(struct text *t, const struct outcome *out)
{
	add_number(t, out->result);
	if (out->result <= 0)
		return;
	text_add(t, " ");
	symbol_print(t, &symbols_epoll, out->values[0]);
	for (int i = 1; i < out->n_values; i++)
		text_addf(t, "%s%lld", i == 1 ? " {" : ", ", (long long)out->values[i]);
	text_add(t, out->n_values > 1 ? "}" : "");
}

/* "0 {"127.0.0.1", 4711}"; an address of a file or abstract has no port. */
static void add_sockname(struct text *t, const struct outcome *out)
{
	text_add(t, "0 {");
	add_string(t, out->data, out->data_length);
	if (out->n_values)
		text_addf(t, ", %lld", (long long)out->values[0]);
	text_add(t, "}");
}

/* What F_GETLK found: " {F_WRLCK, 0, 10}", and who holds it. */
static void add_lock(struct text *t, const struct outcome *out, const struct call_names *names)
{
	text_add(t, " {");
	symbol_print(t, &symbols_lock, out->values[0]);
	text_addf(t, ", %lld, %lld", (long long)out->values[1], (long long)out->values[2]);
	if (out->n_values > 3) {
		text_add(t, ", ");
		add_process(t, out->values[3], names);
	}
	text_add(t, "}");
}

static void add_error(struct text *t, const struct outcome *out)
{
	const char *name = symbol_error(out->error);

	if (name)
		text_addf(t, "-1 %s", name);
	else
		text_addf(t, "-1 %d", out->error);
}

void call_print_result(struct text *t, const struct call *c, const struct value *argument, int n,
		       const struct outcome *out, const struct call_names *names)
{
	if (out->result == -1 && out->error) {
		add_error(t, out);
		return;
	}
	switch (c->result) {
	case RESULT_DATA:
		add_data(t, c, out, names);
		break;
	case RESULT_WORD:
		if (n > 2 && argument[2].number > 0)
			add_data(t, c, out, names);
		else
			add_number(t, out->result);
		break;
	case RESULT_KEY:
		add_named(t, RESULT_KEY, (uint32_t)out->result, names);
		break;
	case RESULT_SIGNAL:
		symbol_print(t, &symbols_signal, out->result);
		add_beside(t, c, out, names);
		break;
	case RESULT_SIGNALS:
		text_add(t, "0 ");
		symbol_print_signals(t, (uint64_t)out->values[0]);
		break;
	case RESULT_SOCKNAME:
		add_sockname(t, out);
		break;
	case RESULT_PIPE:
	case RESULT_PAIR:
		text_addf(t, "[%lld, %lld]", (long long)out->values[0], (long long)out->values[1]);
		break;
	case RESULT_PROCESS:
		add_process(t, out->result, names);
		break;
	case RESULT_WAIT:
		add_wait(t, out, names);
		break;
	case RESULT_OBJECT:
		add_object(t, c->name, out->result, names);
		break;
	case RESULT_ADDRESS:
		add_address(t, out->result, names);
		break;
	case RESULT_FCNTL:
		symbol_print(t, n > 1 ? fcntl_result(argument[1].number) : NULL, out->result);
		if (out->n_values >= 3)
			add_lock(t, out, names);
		break;
	case RESULT_VALUE:
		add_number(t, out->result);
		add_beside(t, c, out, names);
		break;
	case RESULT_POLL:
		add_poll(t, out);
		break;
	case RESULT_EPOLL:
		add_epoll(t, out);
		break;
	case RESULT_STAT:
		add_stat(t, out);
		break;
	case RESULT_MODE:
		add_mode(t, out->result);
		break;
	case RESULT_NONE:
		text_add(t, "?");
		break;
	case RESULT_ZERO:
	case RESULT_NUMBER:
	case RESULT_COUNT:
	case RESULT_DESCRIPTOR:
		add_number(t, out->result);
		break;
	}
}
