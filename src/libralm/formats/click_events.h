/* Which lines of a click log are clicks, by their event column. */
#ifndef RALM_FORMATS_CLICK_EVENTS_H
#define RALM_FORMATS_CLICK_EVENTS_H

#include <stdbool.h>

#include "ground/error.h"
#include "formats/word_list.h"

enum { RALM_EVENTS_SHOWN = 6, RALM_EVENT_SHOWN = 40, RALM_EVENTS_MAX = 64 };

struct ralm_click_events {
	struct ralm_word_list wanted;
	uint64_t seen; /* bit i: word i was seen */
	/* The first few other events, for a message, and whether there are more. */
	char others[RALM_EVENTS_SHOWN][RALM_EVENT_SHOWN + 1];
	int other_count;
	bool more;
};

/* text: words separated by commas, or NULL. RALM_ERROR_CONFIG when there is an
 * empty word, a repeated one, or too many. */
int ralm_click_events_init(struct ralm_click_events *events, const char *text,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Whether a line with that event is to be kept. */
bool ralm_click_events_keep(struct ralm_click_events *events, const char *text,
			    size_t length);

/* To be called at the end. RALM_ERROR_DATA where none of the wanted events was seen,
 * but others were. Sets note where only some of them were seen. */
int ralm_click_events_check(struct ralm_error *note,
			    const struct ralm_click_events *events,
			    struct ralm_error *err) RALM_MUST_CHECK;

#endif
