/* SPDX-License-Identifier: MIT */
/* Prints the manual's tables of keys, calls and facts as mdoc(7), from the tables that the program
 * itself works with, and that of claims, from the lessons. `make man-tables` puts them into the pages; tests/man.sh fails when they differ. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/call.h"
#include "play/claims.h"
#include "stage/facts.h"
#include "ui/keys.h"

enum { LINE = 78 }; /* the longest line of source, where no word is longer */

/* ---- text --------------------------------------------------------------------------------------- */

/* A word as mdoc(7) takes it: a backslash is \e, and what could be a request, a delimiter, a quote or
 * a hyphen where it stands is made plain. */
static void add_word(struct text *t, const char *word, size_t length)
{
	if (length && strchr(".':;,()[]!?|\"", word[0]))
		text_add(t, "\\&");
	for (size_t i = 0; i < length; i++)
		if (word[i] == '\\')
			text_add(t, "\\e");
		else if (word[i] == '-' && i == 0)
			text_add(t, "\\-");
		else
			text_add_bytes(t, &word[i], 1);
}

/* Whether a word is a reference such as "pipe(2),": the length of its name; 0: it is none. */
static size_t page_name(const char *word, size_t length)
{
	size_t n = 0;

	while (n < length && (isalnum((unsigned char)word[n]) || word[n] == '_'))
		n++;
	return n && n + 3 <= length && word[n] == '(' && isdigit((unsigned char)word[n + 1]) && word[n + 2] == ')' ? n : 0;
}

static void end_line(struct text *line)
{
	if (line->length)
		puts(text_string(line));
	text_clear(line);
}

/* Running text, in lines. A reference has a line of its own, with what follows it directly as the
 * last argument; a sentence begins a line, as mdoc(7) asks. */
static void print_text(const char *text)
{
	struct text line = { 0 };
	size_t length, name;

	for (const char *s = text; *s; s += length, s += strspn(s, " ")) {
		length = strcspn(s, " ");
		name = page_name(s, length);
		if (name || line.length + 1 + length > LINE)
			end_line(&line);
		if (name) {
			printf(".Xr %.*s %c%s%.*s\n", (int)name, s, s[name + 1], length > name + 3 ? " " : "",
			       (int)(length - name - 3), s + name + 3);
			continue;
		}
		if (line.length)
			text_add(&line, " ");
		add_word(&line, s, length);
		if (length > 1 && strchr(".?!", s[length - 1]))
			end_line(&line);
	}
	end_line(&line);
	text_free(&line);
}

/* The tables' phrases end without a stop. */
static void print_phrase(const char *phrase)
{
	struct text t = { 0 };

	text_addf(&t, "%s.", phrase);
	print_text(text_string(&t));
	text_free(&t);
}

/* And begin small. */
static void print_sentence(const char *phrase)
{
	struct text t = { 0 };

	text_addf(&t, "%c%s", toupper((unsigned char)phrase[0]), phrase + 1);
	print_phrase(text_string(&t));
	text_free(&t);
}

/* ---- keys --------------------------------------------------------------------------------------- */

/* Behind \&, for a key called In or Up would be a macro. */
static void print_key(const struct key_row *k)
{
	struct text t = { 0 };
	size_t length;

	for (const char *s = k->label; *s; s += length, s += strspn(s, " ")) {
		length = strcspn(s, " ");
		text_add(&t, t.length ? " , Ic \\&" : "\\&");
		text_add_bytes(&t, s, length);
	}
	printf(".It Ic %s\n", text_string(&t));
	text_free(&t);
	print_sentence(k->help);
}

static void print_keys(void)
{
	const struct keys_place *place;
	const struct key_row *k;

	for (size_t i = 0; (place = keys_place_nth(i)); i++) {
		printf(".Ss \\&%s\n.Bl -tag -width \"Shift-Tab\" -compact\n", place->title);
		for (size_t n = 0; (k = keys_nth(n)); n++)
			if (keys_listed(k, place->where))
				print_key(k);
		puts(".El");
	}
}

/* ---- calls -------------------------------------------------------------------------------------- */

static const char *mechanism_title(const char *mechanism)
{
	static const struct {
		const char *mechanism, *title;
	} list[] = {
		{ "pipe", "Calls: pipes" },         { "fifo", "Calls: FIFOs" },
		{ "file", "Calls: descriptors and files" }, { "process", "Calls: processes" },
		{ "signal", "Calls: signals" },     { "stdio", "Calls: buffered output" },
		{ "socket", "Calls: sockets" },     { "sysv", "Calls: System V objects" },
		{ "lock", "Calls: locks" },         { "memory", "Calls: memory" },
		{ "posix", "Calls: POSIX objects" }, { "event", "Calls: descriptors for events" },
		{ "terminal", "Calls: terminals" }, { "zero copy", "Calls: moving data within the kernel" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!strcmp(list[i].mechanism, mechanism))
			return list[i].title;
	return mechanism;
}

/* How its result is written, where it is more than a number. */
static const char *result_example(enum result_type type)
{
	switch (type) {
	case RESULT_DATA:
		return "5 \"hello\"";
	case RESULT_PIPE:
	case RESULT_PAIR:
		return "[3, 4]";
	case RESULT_WAIT:
		return "writer killed by SIGPIPE";
	case RESULT_FCNTL:
		return "O_WRONLY|O_NONBLOCK";
	case RESULT_VALUE:
		return "0 [4096]";
	case RESULT_POLL:
		return "1 POLLIN|POLLHUP";
	case RESULT_EPOLL:
		return "1 EPOLLIN {5}";
	case RESULT_KEY:
		return "0x1010002";
	case RESULT_SIGNAL:
		return "SIGRTMIN [7]";
	case RESULT_SIGNALS:
		return "0 SIGUSR1|SIGUSR2";
	case RESULT_SOCKNAME:
		return "0 {\"127.0.0.1\", 4711}";
	case RESULT_STAT:
		return "0 {st_mode=S_IFIFO|0644, st_size=0}";
	case RESULT_MODE:
		return "022";
	case RESULT_ZERO:
	case RESULT_NUMBER:
	case RESULT_COUNT:
	case RESULT_DESCRIPTOR:
	case RESULT_PROCESS:
	case RESULT_OBJECT:
	case RESULT_ADDRESS:
	case RESULT_WORD:
	case RESULT_NONE:
		break;
	}
	return NULL;
}

/* The constants that an argument takes. Signals are those of signal(7), too many to be listed. */
static void print_constants(const struct call_argument *a, const struct symbol_set *set)
{
	const char *more = a->type == ARGUMENT_PROCESS ? "a process" : a->type == ARGUMENT_KEY ? "a number" :
			   set == &symbols_ipc ? "permission bits" : NULL;
	struct text t = { 0 };

	if (!set || set == &symbols_signal)
		return;
	for (const struct symbol *s = set->list; s->name; s++)
		text_addf(&t, "%s%s", s == set->list ? "" : s[1].name || more ? ", " : " or ", s->name);
	if (more)
		text_addf(&t, " or %s", more);
	printf(".br\n.Fa %s :\n", a->name);
	print_phrase(text_string(&t));
	text_free(&t);
}

/* A quote is written \(dq, for in a macro's argument it would not be printed. */
static void print_result(const char *example)
{
	fputs("Result, for example:\n.Ql = ", stdout);
	for (const char *s = example; *s; s++)
		fputs(*s == '"' ? "\\(dq" : (char[]){ *s, '\0' }, stdout);
	puts(" .");
}

static void print_call(const struct call *c)
{
	const char *example = result_example(c->result);

	if (c->special == CALL_FORK)
		printf(".It Ar process Ic fork Ar name");
	else
		printf(".It Fn %s", c->name);
	for (int i = 0; i < call_most(c); i++)
		printf(c->argument[i].optional ? " \"[%s]\"" : " %s", c->argument[i].name);
	putchar('\n');
	print_sentence(c->summary);
	if (c->sleeps_in[0])
		puts("May block.");
	if (example)
		print_result(example);
	puts("See");
	print_phrase(c->see);
	for (int i = 0; i < call_most(c); i++) {
		/* One list a level, in the levels' order. */
		static const struct symbol_set *const options[] = {
			&symbols_ip_option, &symbols_socket_option, &symbols_tcp_option, &symbols_ipv6_option,
		};

		print_constants(&c->argument[i], c->argument[i].symbols);
		for (size_t k = 0; c->argument[i].type == ARGUMENT_OPTION && k < sizeof options / sizeof *options; k++)
			print_constants(&c->argument[i], options[k]);
	}
}

static void print_calls(void)
{
	const char *mechanism = NULL;
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		if (!mechanism || strcmp(mechanism, c->mechanism))
			printf("%s.Ss %s\n.Bl -tag -width Ds\n", mechanism ? ".El\n" : "", mechanism_title(c->mechanism));
		mechanism = c->mechanism;
		print_call(c);
	}
	puts(".El");
}

/* ---- facts -------------------------------------------------------------------------------------- */

/* "Facts of a pipe, a FIFO or a socket". */
static void print_subject(unsigned of)
{
	static const char *const word[OBJECT_KINDS] = {
		[OBJECT_PIPE] = "a pipe", [OBJECT_FIFO] = "a FIFO", [OBJECT_SOCKET] = "a socket",
		[OBJECT_TERMINAL] = "a pseudo-terminal", [OBJECT_FILE] = "a file",
		[OBJECT_EVENT] = "a descriptor for events", [OBJECT_MQUEUE] = "a POSIX message queue",
		[OBJECT_MEMORY] = "mapped memory", [OBJECT_SEMAPHORE] = "a POSIX semaphore", [OBJECT_MUTEX] = "a mutex",
		[OBJECT_QUEUE] = "a System V message queue", [OBJECT_SEGMENT] = "a System V segment",
		[OBJECT_SEMAPHORES] = "a System V semaphore set",
	};
	unsigned all = FACT_OF(OBJECT_KINDS) - 1, descriptors = FACT_OF(OBJECT_MEMORY) - 1;

	printf(".Ss Facts of ");
	if (of == FACT_OF_PROCESS)
		printf("a process");
	else if (of == all)
		printf("any object");
	else if ((of & descriptors) == descriptors)
		printf("any object that has descriptors");
	else
		for (unsigned i = 0; i < OBJECT_KINDS; i++)
			if (of >> i & 1)
				printf("%s%s", !(of & ((1u << i) - 1)) ? "" : of >> i == 1 ? " or " : ", ", word[i]);
	putchar('\n');
}

static void print_fact(const struct fact *f)
{
	printf(".It Fa %s%s Pq %s%s%s\n", f->name, f->indexed ? "[N]" : "", f->unit, *f->unit ? ", " : "",
	       fact_exactness_word(f->exactness));
	print_sentence(f->meaning);
	puts(".br");
	puts("Source:");
	print_phrase(f->source);
}

/* One list for each kind of subject, in the order in which they first come. */
static void print_facts(void)
{
	const struct fact *f, *g;

	for (size_t i = 0; (f = fact_nth(i)); i++) {
		bool told = false;

		for (size_t k = 0; k < i; k++)
			told |= fact_nth(k)->of == f->of;
		if (told)
			continue;
		print_subject(f->of);
		puts(".Bl -tag -width Ds");
		for (size_t k = i; (g = fact_nth(k)); k++)
			if (g->of == f->of)
				print_fact(g);
		puts(".El");
	}
}

/* ---- claims ------------------------------------------------------------------------------------- */

/* The claim, the verdict, why where a lesson says it, and the lessons that show it. */
static void print_claim(const struct claim *c)
{
	const char *why = "";

	for (size_t i = 0; i < c->n_lines && !why[0]; i++)
		why = claims_why(c->line[i].words);
	printf(".It Li %d\n", c->number);
	print_phrase(c->text);
	puts(".br");
	if (!c->verdict)
		puts("No lesson shows it.");
	else
		printf(".Em %c%s%s .\n", toupper((unsigned char)c->verdict[0]), c->verdict + 1,
		       strcmp(c->verdict, "partly") ? "" : " true");
	print_text(why);
	for (size_t i = 0; i < c->n_lines; i++)
		printf("%s.Ic %s%s\n", i ? "" : "Shown by\n", c->line[i].lesson,
		       i + 1 == c->n_lines ? " ." : i + 2 == c->n_lines ? "\nand" : " ,");
}

static void print_claims(void)
{
	struct error e = { 0 };
	struct library *l = library_open(&e);
	struct claims *c = l ? claims_read(l, &e) : NULL;

	if (!c) {
		fprintf(stderr, "%s\n", e.text);
		library_free(l);
		return;
	}
	puts(".Bl -tag -width \"88\"");
	for (size_t i = 0; i < c->count; i++)
		print_claim(&c->list[i]);
	puts(".El");
	claims_free(c);
	library_free(l);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} table[] = { { "keys", print_keys }, { "calls", print_calls }, { "facts", print_facts }, { "claims", print_claims } };

	for (size_t i = 0; argc == 2 && i < sizeof table / sizeof *table; i++)
		if (!strcmp(argv[1], table[i].name)) {
			table[i].print();
			return ferror(stdout) || fflush(stdout);
		}
	fprintf(stderr, "usage: man_tables keys|calls|facts|claims\n");
	return 2;
}
