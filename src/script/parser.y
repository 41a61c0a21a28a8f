/* SPDX-License-Identifier: MIT */
/* The grammar of lessons. Everything repeats to the left and nothing nests, so the stack
 * stays a few symbols deep whatever is read. Tokens are named in the words of the language,
 * for bison puts these names into its messages. A mistake ends its line: the rule with `error` that is
 * nearest says what was expected there and keeps what was understood before it. */
%define api.pure full
%define api.prefix {script_}
%define api.token.prefix {T_}
%define api.location.type {struct place}
%define parse.error verbose
%locations
%expect 0
%parse-param { struct reader *r } { void *scanner }
%lex-param { void *scanner }

%code requires {
#include "script/reader.h"
}

%code {
#include <stdlib.h>

#include "base/memory.h"

/* From the first symbol to the last on its line; an empty rule stands behind what was before. */
#define YYLLOC_DEFAULT(now, rhs, n) \
	do { \
		if (n) { \
			(now) = YYRHSLOC(rhs, 1); \
			if (YYRHSLOC(rhs, n).line == (now).line) \
				(now).length = YYRHSLOC(rhs, n).column + \
					       YYRHSLOC(rhs, n).length - (now).column; \
		} else { \
			(now) = YYRHSLOC(rhs, 0); \
			(now).column += (now).length; \
			(now).length = 0; \
		} \
	} while (0)

int script_lex(SCRIPT_STYPE *value, SCRIPT_LTYPE *place, void *scanner);

static void script_error(SCRIPT_LTYPE *place, struct reader *r, void *scanner, const char *message)
{
	(void)scanner;
	reader_syntax_error(r, *place, message);
}
}

%union {
	char *string;
	bool truth;
	struct scanned_number number;
	struct scanned_string data;
	struct text_keyword keyword;
	enum comparison comparison;
	struct expression *expression;
	struct expression_list expressions;
	struct data_list pieces;
	struct word_list words;
	struct call_text call;
	struct ending_text ending;
	struct result_text result;
	struct fact_text fact;
	struct fact_list facts;
	struct step *step;
}

%initial-action { @$ = (struct place){ 1, 1, 0 }; }

%token END 0 "the end of the lesson"
%token EOL "the end of the line"
%token NO_TOKEN "a sign without meaning"
%token <keyword> TEXT_WORD "say"
%token CLAIM "claim" SEE "see" NEEDS "needs" WITHIN "within" SPAWN "spawn" HOST "host" DELAY "delay" LOSS "loss" EXPECT "expect"
%token USE "use"
%token <truth> ANSWER "an answer"
%token <string> TEXT "text" COMMAND "a command" WORD "a word" NAME "a name" BRACES "{...}"
%token <number> NUMBER "a number" TIME "a time such as 500ms"
%token <data> STRING "a string"
%token <comparison> COMPARISON "a comparison such as =="
%token ELLIPSIS "'...'" DASHES "'---'" PLUSES "'+++'"
%token EXEC "'exec'" FORK "'fork'" REPEAT "'repeat'" STOP "'stop'"
%token EXITED "'exited'" KILLED "'killed'" STOPPED "'stopped'" CONTINUED "'continued'"
%token WITH "'with'" BY "'by'" IN "'in'" EVERY "'every'" TIMES "'times'"

%type <words> words
%type <string> signal
%type <step> statement action
%type <call> call resumed
%type <expression> value sum term primary extra extra_term optional_extra optional_index
%type <expression> argument item
%type <expressions> arguments values items optional_list
%type <pieces> data
%type <result> want optional_want tail
%type <ending> ending ended optional_ending
%type <string> optional_braces
%type <number> every times
%type <fact> fact
%type <facts> facts

%destructor { free($$); } <string>
%destructor { free($$.text); } <data>
%destructor { free($$.language); } <keyword>
%destructor { expression_free($$); } <expression>
%destructor { build_release_list($$); } <expressions>
%destructor { build_release_data($$); } <pieces>
%destructor { build_release_words($$); } <words>
%destructor { call_text_free(&$$); } <call>
%destructor { expression_free($$.value); } <ending>
%destructor { result_text_free(&$$); } <result>
%destructor { fact_text_free(&$$); } <fact>
%destructor { build_release_facts($$); } <facts>
%destructor { step_free($$); free($$); } <step>

%%

lines:
	%empty
|	lines line
;

line:
	EOL
|	statement EOL { compose_step(r, $1, @1); yyerrok; }
|	statement error EOL {
		reader_report_rest(r, $1);
		compose_step(r, $1, @1);
		yyerrok;
	}
|	error EOL {
		reader_report(r, "a process, or a word such as say, ask or expect", NULL);
		yyerrok;
	}
;

/* What makes no step of its own is composed at once and hands on NULL. */
statement:
	TEXT_WORD TEXT { compose_text(r, $1, @1, $2, @2); $$ = NULL; }
|	ANSWER TEXT { compose_answer(r, $1, $2, @1); $$ = NULL; }
|	CLAIM NUMBER NAME ':' TEXT { compose_claim(r, $2, @2, $3, @3, $5, @$); $$ = NULL; }
|	CLAIM error {
		reader_report_as(r, "the number and verdict of a claim", "a claim is written: claim 18 false: TEXT");
		$$ = NULL;
	}
|	SEE words { compose_see(r, $2); $$ = NULL; }
|	SEE error {
		reader_report_as(r, "a manual page", "such as: see pipe(7) write(2)");
		$$ = NULL;
	}
|	NEEDS words { compose_needs(r, $2); $$ = NULL; }
|	NEEDS error {
		reader_report_as(r, "what is needed", "such as: needs root");
		$$ = NULL;
	}
|	DELAY TIME { $$ = build_step(STEP_DELAY); $$->limit = $2.value; }
|	DELAY error {
		reader_report(r, "a time", "a delay is a number with us, ms or s: delay 50ms");
		$$ = NULL;
	}
|	LOSS NUMBER { $$ = build_loss(r, $2, @2); }
|	LOSS error {
		reader_report(r, "a number of a hundred packets", "such as: loss 10");
		$$ = NULL;
	}
|	WITHIN TIME { $$ = build_step(STEP_WITHIN); $$->limit = $2.value; }
|	WITHIN error {
		reader_report(r, "a time", "a time is a number with ns, us, ms, s or min: within 500ms");
		$$ = NULL;
	}
|	SPAWN NAME { $$ = build_new(r, STEP_SPAWN, $2, @2); }
|	SPAWN NAME '=' COMMAND { $$ = build_new(r, STEP_SPAWN, $2, @2); $$->text = $4; }
|	SPAWN error {
		reader_report_as(r, "the name of the new process",
			      "such as: spawn writer, or: spawn writer = cat FILE");
		$$ = NULL;
	}
|	HOST NAME { $$ = build_new(r, STEP_SPAWN, $2, @2); $$->host = true; }
|	HOST error {
		reader_report_as(r, "the name of the new process", "such as: host server");
		$$ = NULL;
	}
|	USE words { $$ = build_use(r, $2); }
|	USE error {
		reader_report_as(r, "the name of a lesson", "such as: use pipe/two");
		$$ = NULL;
	}
|	EXPECT facts {
		$$ = $2.count ? build_step(STEP_EXPECT) : NULL;
		if ($$) {
			$$->fact = $2.list;
			$$->n_facts = $2.count;
		}
	}
|	NAME action {
		$$ = $2;
		if ($$) {
			$$->process = $1;
			$$->process_place = @1;
		} else {
			reader_report_process(r, $1);
			free($1);
		}
	}
;

words:
	WORD { $$ = build_words((struct word_list){ 0 }, $1, @1); }
|	words WORD { $$ = build_words($1, $2, @2); }
;

/* ---- what a process does ---- */

action:
	call optional_want {
		$$ = build_step(STEP_CALL);
		$$->call = $1;
		$$->want = $2;
	}
|	call ELLIPSIS {
		$$ = build_step(STEP_CALL);
		$$->call = $1;
		$$->blocks = true;
	}
|	NAME '=' call optional_want {
		build_name_check(r, $1, @1, "result");
		$$ = build_step(STEP_CALL);
		$$->name = $1;
		$$->name_place = @1;
		$$->call = $3;
		$$->want = $4;
	}
|	NAME '=' call ELLIPSIS {
		build_name_check(r, $1, @1, "result");
		$$ = build_step(STEP_CALL);
		$$->name = $1;
		$$->name_place = @1;
		$$->call = $3;
		$$->blocks = true;
	}
|	ELLIPSIS resumed optional_want {
		$$ = build_step(STEP_RESUME);
		$$->call = $2;
		$$->want = $3;
	}
|	ELLIPSIS error {
		reader_report_as(r, "the call that ends", "such as: writer ... write = 1");
		$$ = NULL;
	}
|	EXEC COMMAND { $$ = build_step(STEP_EXEC); $$->text = $2; }
|	EXEC error {
		reader_report(r, "a command", "such as: child exec cat");
		$$ = NULL;
	}
|	FORK NAME { $$ = build_new(r, STEP_FORK, $2, @2); }
|	FORK error {
		reader_report_as(r, "the name of the new process", "such as: parent fork child");
		$$ = NULL;
	}
|	REPEAT call every times {
		$$ = build_step(STEP_REPEAT);
		$$->call = $2;
		$$->every = $3.value;
		$$->times = $4.value;
	}
|	REPEAT error {
		reader_report_as(r, "a call such as write(p.w, 1)", "such as: writer repeat write(p.w, 1) every 10ms");
		$$ = NULL;
	}
|	STOP { $$ = build_step(STEP_STOP); }
|	DASHES signal DASHES { $$ = build_step(STEP_SIGNAL); $$->signal = $2; }
|	DASHES error {
		reader_report_as(r, "a signal", "such as: writer --- SIGUSR1 ---");
		$$ = NULL;
	}
|	PLUSES ended PLUSES { $$ = build_step(STEP_ENDING); $$->ending = $2; }
|	PLUSES error {
		reader_report(r, "how the process ended",
			      "such as: writer +++ exited with 0 +++, or: writer +++ killed by SIGPIPE +++");
		$$ = NULL;
	}
|	error { $$ = NULL; }
;

call:
	NAME '(' ')' { $$ = (struct call_text){ .name = $1, .place = @1 }; }
|	NAME '(' arguments ')' {
		$$ = (struct call_text){ .name = $1, .place = @1, .argument = $3.list,
					 .n_arguments = $3.count };
	}
|	NAME '(' error {
		reader_report(r, "a value", "arguments are numbers, names, \"strings\" or ends such as p.r");
		$$ = (struct call_text){ .name = $1, .place = @1 };
	}
;

arguments:
	argument { $$ = build_list((struct expression_list){ 0 }, $1); }
|	arguments ',' argument { $$ = build_list($1, $3); }
;

argument:
	value
|	'{' values '}' { $$ = build_tuple(@$, $2); }
;

resumed:
	NAME { $$ = (struct call_text){ .name = $1, .place = @1 }; }
|	NAME '(' ')' { $$ = (struct call_text){ .name = $1, .place = @1 }; }
;

every:
	%empty { $$ = (struct scanned_number){ 0 }; }
|	EVERY TIME { $$ = $2; }
;

times:
	%empty { $$ = (struct scanned_number){ 0 }; }
|	NUMBER TIMES {
		$$ = $1;
		if ($$.value == 0)
			mistakes_add(r->mistakes, @1, "without a number it repeats until it is stopped",
				     "nothing is repeated 0 times");
	}
;

signal:
	NAME
|	NAME '+' NUMBER {
		struct text t = { 0 };

		text_addf(&t, "%s+%lld", $1, (long long)$3.value);
		free($1);
		$$ = text_take(&t);
	}
|	NAME '-' NUMBER {
		struct text t = { 0 };

		text_addf(&t, "%s-%lld", $1, (long long)$3.value);
		free($1);
		$$ = text_take(&t);
	}
;

/* ---- results ---- */

optional_want:
	%empty { $$ = (struct result_text){ .kind = WANT_NOTHING, .place = @$ }; }
|	'=' want { $$ = $2; $$.place = @2; }
|	'=' error {
		reader_report(r, "a result", "results are written 5, 5 \"hello\", -1 EPIPE, [3, 4], >0 or ?");
		$$ = (struct result_text){ .kind = WANT_NOTHING, .place = @1 };
	}
;

want:
	'?' { $$ = (struct result_text){ .kind = WANT_ANYTHING }; }
|	COMPARISON value { $$ = (struct result_text){ .kind = WANT_COMPARE, .compare = $1, .value = $2 }; }
|	'[' items ']' { $$ = (struct result_text){ .kind = WANT_LIST, .list = $2.list, .n_list = $2.count }; }
|	'[' error {
		reader_report(r, "a value", "a list is written [3, 4], with ? for what may be anything");
		$$ = (struct result_text){ .kind = WANT_NOTHING };
	}
|	value tail {
		$$ = $2;
		$$.kind = WANT_VALUE;
		$$.value = $1;
		build_result_error(&$$);
	}
;

tail:
	optional_list optional_extra optional_braces optional_ending {
		$$ = (struct result_text){ .list = $1.list, .n_list = $1.count, .extra = $2,
					   .braces = $3, .ending = $4 };
	}
|	data optional_list {
		$$ = (struct result_text){ .data = $1.list, .n_data = $1.count, .list = $2.list,
					   .n_list = $2.count };
	}
|	data ELLIPSIS optional_list {
		$$ = (struct result_text){ .data = $1.list, .n_data = $1.count, .data_open = true,
					   .list = $3.list, .n_list = $3.count };
	}
;

data:
	STRING { $$ = build_data(r, (struct data_list){ 0 }, $1, NULL, @1); }
|	STRING '*' NUMBER { $$ = build_data(r, (struct data_list){ 0 }, $1, &$3, @3); }
|	data STRING { $$ = build_data(r, $1, $2, NULL, @2); }
|	data STRING '*' NUMBER { $$ = build_data(r, $1, $2, &$4, @4); }
;

values:
	value { $$ = build_list((struct expression_list){ 0 }, $1); }
|	values ',' value { $$ = build_list($1, $3); }
;

items:
	item { $$ = build_list((struct expression_list){ 0 }, $1); }
|	items ',' item { $$ = build_list($1, $3); }
;

item:
	value
|	'?' { $$ = build_any(@$); }
;

optional_list:
	%empty { $$ = (struct expression_list){ 0 }; }
|	'[' items ']' { $$ = $2; }
;

optional_extra:
	%empty { $$ = NULL; }
|	extra
;

extra:
	extra_term
|	extra '|' extra_term { $$ = build_operation(r, EXPRESSION_OR, @$, $1, $3); }
;

extra_term:
	NAME { $$ = build_name(@1, $1, NULL); }
|	NUMBER { $$ = build_number(@1, $1); }
;

optional_braces:
	%empty { $$ = NULL; }
|	BRACES
;

optional_ending:
	%empty { $$ = (struct ending_text){ 0 }; }
|	ending
;

ended:
	EXITED WITH value { $$ = (struct ending_text){ ENDING_EXITED, $3 }; }
|	KILLED BY value { $$ = (struct ending_text){ ENDING_KILLED, $3 }; }
;

ending:
	ended
|	STOPPED BY value { $$ = (struct ending_text){ ENDING_STOPPED, $3 }; }
|	CONTINUED { $$ = (struct ending_text){ ENDING_CONTINUED, NULL }; }
;

/* ---- facts ---- */

facts:
	fact { $$ = build_facts((struct fact_list){ 0 }, &$1); }
|	facts ',' fact { $$ = build_facts($1, &$3); }
;

fact:
	NAME '.' NAME optional_index COMPARISON value {
		$$ = (struct fact_text){ .place = @$, .subject = $1, .fact = $3, .index = $4,
					 .compare = $5, .value = $6 };
	}
|	NAME '.' NAME optional_index error {
		reader_report(r, "a comparison such as ==",
			      "facts are compared: p.bytes == 64K, with == != < <= > or >=");
		$$ = (struct fact_text){ .place = @1 };
		free($1);
		free($3);
		expression_free($4);
	}
|	NAME NAME { $$ = build_state(r, $1, $2, @2, NULL, @$); }
|	NAME NAME IN NAME { $$ = build_state(r, $1, $2, @2, $4, @$); }
|	NAME STOPPED { $$ = build_state(r, $1, memory_text("stopped"), @2, NULL, @$); }
|	NAME ending { $$ = (struct fact_text){ .place = @$, .subject = $1, .ending = $2 }; }
|	error {
		reader_report(r, "a fact", "facts are written p.bytes == 64K, or writer blocked in write");
		$$ = (struct fact_text){ .place = @1 };
	}
;

optional_index:
	%empty { $$ = NULL; }
|	'[' value ']' { $$ = $2; }
;

/* ---- values: | binds least, then + and -, then the sign ---- */

value:
	sum
|	value '|' sum { $$ = build_operation(r, EXPRESSION_OR, @$, $1, $3); }
;

sum:
	term
|	sum '+' term { $$ = build_operation(r, EXPRESSION_ADD, @$, $1, $3); }
|	sum '-' term { $$ = build_operation(r, EXPRESSION_SUBTRACT, @$, $1, $3); }
;

term:
	primary
|	'-' primary { $$ = build_operation(r, EXPRESSION_NEGATE, @$, $2, NULL); }
;

primary:
	NUMBER { $$ = build_number(@1, $1); }
|	STRING { $$ = build_string(@1, $1); }
|	NAME { $$ = build_name(@1, $1, NULL); }
|	NAME '.' NAME { $$ = build_name(@1, $1, $3); $$->place = @$; }
;

%%
