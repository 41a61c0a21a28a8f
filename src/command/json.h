/* SPDX-License-Identifier: MIT */
/* JSON as the commands print it: one object a line, every text escaped as it is on a terminal. */
#ifndef COMMAND_JSON_H
#define COMMAND_JSON_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Prints o and a newline, and releases it. */
void json_line(FILE *f, json_t *o);

/* One member. Text that is UTF-8 stays as it is; what is not is escaped. */
void json_set(json_t *o, const char *key, const char *text);
/* Text from another process: escaped by text_add_printable, so that no viewer of the JSON is misled. */
void json_set_outside(json_t *o, const char *key, const char *raw);
void json_set_number(json_t *o, const char *key, int64_t number);
void json_set_bool(json_t *o, const char *key, int truth);
/* A number that may not be known: null, and KEY_why with the reason. */
void json_set_reading(json_t *o, const char *key, int known, int64_t number, const char *why);
/* A user's number and, where the system knows it, his name. */
void json_set_user(json_t *o, const char *key, const char *name_key, unsigned uid);

#endif
