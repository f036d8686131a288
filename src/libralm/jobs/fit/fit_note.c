/* The note of a model: lines of text from whoever trains it. */
#include "jobs/fit/fit_state.h"

#include "ground/utf8.h"

#include <stdlib.h>
#include <string.h>

/* The note of the origin, if the new model keeps it. */
static const char *old_note(const struct ralm_fit *fit)
{
	const bool stays = !fit->learns ||
			   (fit->resumed && fit->options->note_count == 0);
	return stays ? fit->origin.note : NULL;
}

static bool is_utf8(const char *text)
{
	size_t n;
	for (const char *end = text + strlen(text); text < end; text += n)
		if (ralm_utf8_decode(&n, text, end) == 0xfffd && n == 1)
			return false;
	return true;
}

int ralm_fit_keep_note(struct ralm_fit *fit, struct ralm_error *err)
{
	const struct ralm_fit_options *options = fit->options;
	const char *old = old_note(fit);
	size_t size = old != NULL ? strlen(old) + 1 : 0;
	for (size_t i = 0; i < options->note_count; i++) {
		if (!is_utf8(options->notes[i]))
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--note: the text is not UTF-8");
		size += strlen(options->notes[i]) + 1;
	}
	if (size > RALM_NOTE_MAX + 1)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--note: %zu bytes in all, at most %d",
				      size - 1, RALM_NOTE_MAX);
	if (size == 0)
		return 0;
	char *to = fit->note = malloc(size + 1);
	if (to == NULL)
		return ralm_error_memory(err, size);
	if (old != NULL)
		to = stpcpy(stpcpy(to, old), "\n");
	for (size_t i = 0; i < options->note_count; i++)
		to = stpcpy(stpcpy(to, options->notes[i]), "\n");
	to[-1] = '\0'; /* the last one ends the text */
	fit->model.note = fit->note;
	return 0;
}
