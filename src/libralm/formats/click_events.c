#include "formats/click_events.h"

#include <stdio.h>
#include <string.h>

int ralm_click_events_init(struct ralm_click_events *events, const char *text,
			   struct ralm_error *err)
{
	const char *word = NULL;
	size_t length;
	int count = 0;
	memset(events, 0, sizeof *events);
	ralm_word_list_init(&events->wanted, text);
	while ((word = ralm_word_list_next(&events->wanted, word, &length)) !=
	       NULL) {
		if (length == 0 || count == RALM_EVENTS_MAX)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--event: expected 1 to %d words with "
					      "commas between, got '%s'",
					      RALM_EVENTS_MAX, text);
		if (ralm_word_list_find(&events->wanted, word, length) !=
		    count++)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--event: '%.*s' stands twice",
					      ralm_shown(length),
					      word);
	}
	return 0;
}

/* Remembers an unwanted event, for the message where no wanted one comes. */
static void remember(struct ralm_click_events *events, const char *text,
		     size_t length)
{
	size_t shown = length > RALM_EVENT_SHOWN ? RALM_EVENT_SHOWN : length;
	for (int i = 0; i < events->other_count; i++)
		if (strlen(events->others[i]) == shown &&
		    memcmp(events->others[i], text, shown) == 0)
			return;
	if (events->other_count == RALM_EVENTS_SHOWN) {
		events->more = true;
		return;
	}
	char *to = events->others[events->other_count++];
	for (size_t i = 0; i < shown; i++)
		to[i] = text[i] ? text[i] : '?';
	to[shown] = '\0';
}

bool ralm_click_events_keep(struct ralm_click_events *events, const char *text,
			    size_t length)
{
	int word = ralm_word_list_find(&events->wanted, text, length);
	if (word >= 0)
		events->seen |= UINT64_C(1) << word;
	else if (events->seen == 0 && !events->more)
		remember(events, text, length);
	return word >= 0;
}

static int none_wanted(const struct ralm_click_events *events,
		       struct ralm_error *err)
{
	char names[320] = "";
	size_t used = 0;
	for (int i = 0; i < events->other_count; i++)
		used += (size_t)snprintf(names + used, sizeof names - used,
					 "%s'%s'", i ? ", " : "",
					 events->others[i]);
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "no line has an event of --event; there are %s%s",
			      names, events->more ? " and more" : "");
}

int ralm_click_events_check(struct ralm_error *note,
			    const struct ralm_click_events *events,
			    struct ralm_error *err)
{
	const char *word = NULL;
	size_t length;
	if (events->seen == 0)
		return events->other_count ? none_wanted(events, err) : 0;
	for (int i = 0; (word = ralm_word_list_next(&events->wanted, word,
						    &length)) != NULL; i++)
		if ((events->seen >> i & 1) == 0) {
			ralm_error_set(note, RALM_OK,
				       "no line has the event '%.*s' (--event)",
				       ralm_shown(length), word);
			break;
		}
	return 0;
}
