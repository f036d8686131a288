/* A line on standard error that is overwritten as the work goes on, where that is a
 * terminal that can do so. */
#ifndef RALM_LIVE_LINE_H
#define RALM_LIVE_LINE_H

#include "cli.h"

#include <stdbool.h>
#include <stddef.h>

struct live_line {
	bool live; /* standard error is such a terminal */
	bool open; /* the cursor stands on a line that may be overwritten */
};

void live_line_init(struct live_line *line);

/* Whether standard output is that terminal, too: what is written there and the line
 * would disturb each other. */
bool live_line_meets_stdout(void);

/* The characters that the line has room for, by the present width of the terminal;
 * SIZE_MAX where it is not live. */
size_t live_line_room(const struct live_line *line);

/* The text of such a line: parts with commas between, as many as there is room for.
 * The first part is cut where it has no room, the others are left out whole. */
enum { LIVE_TEXT = 512 };
struct live_text {
	char text[LIVE_TEXT];
	size_t used, room;
	bool full; /* a part had no room: those behind it are left out, too */
};

void live_text_init(struct live_text *text, const struct live_line *line);
/* Adds a part, cut to 95 bytes. */
void live_text_add(struct live_text *text, const char *format, ...)
	CLI_PRINTF(2, 3);

/* Writes the text over the line that is there, or, where it is not live, as a line of
 * its own. ends: the line stays, and the next one is written below it. */
void live_line_show(struct live_line *line, const char *text, bool ends);

/* Ends the line that is open, if any: the text stays on the terminal. */
void live_line_leave(struct live_line *line);

/* Takes the line that is open, if any, off the terminal. */
void live_line_clear(struct live_line *line);

#endif
