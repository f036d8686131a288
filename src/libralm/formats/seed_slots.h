/* Seeds of a sample line as text, for those who copy or name them rather than parse the
 * line (sample_text.h). The line may be a bad one. */
#ifndef RALM_FORMATS_SEED_SLOTS_H
#define RALM_FORMATS_SEED_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

/* The next user_seeds slot of a line: its id, into the line; *line and *length become
 * what is left behind it. False: there are no more. */
bool ralm_next_seed(const char **id, size_t *id_length, const char **line,
		    size_t *length);

/* Whether the line has a user_seeds slot. */
bool ralm_spells_seeds(const char *line, size_t length);

/* Whether the slot at the start of the text gives seeds, spelled or seeds:same. */
bool ralm_is_seeds_slot(const char *slot, size_t length);

#endif
