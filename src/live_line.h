/* A line on standard error that is written anew as the work goes on, where that is a
 * terminal which can begin a line anew. */
#ifndef RALM_LIVE_LINE_H
#define RALM_LIVE_LINE_H

#include "cli.h"

#include <stdbool.h>
#include <stddef.h>

struct live_line {
	bool live; /* standard error is such a terminal */
	bool open; /* a line is there that may be written anew */
};

void live_line_init(struct live_line *line);

/* Whether standard output is that terminal, too: what is written there and the line
 * would disturb each other. */
bool live_line_meets_stdout(void);

/* The characters that it has room for, as wide as the terminal is now; SIZE_MAX
 * where it is not live. */
size_t live_line_room(const struct live_line *line);

/* What such a line says, in parts with commas between, as many as there is room for:
 * the first part is cut where it has none, the others are left out whole. */
enum { LIVE_TEXT = 512 };
struct live_text {
	char text[LIVE_TEXT];
	size_t used, room;
	bool full; /* a part had no room: nor have those behind it */
};

void live_text_init(struct live_text *text, const struct live_line *line);
/* At most 95 bytes. */
void live_text_add(struct live_text *text, const char *format, ...)
	CLI_PRINTF(2, 3);

/* Over the line before, or, where it is not live, a line of its own. ends: what is
 * written next begins another. */
void live_line_show(struct live_line *line, const char *text, bool ends);

/* Ends the line; or takes it away. */
void live_line_leave(struct live_line *line);
void live_line_clear(struct live_line *line);

#endif
