#include "formats/seed_slots.h"

#include "formats/sample_seeds.h"
#include "formats/slots.h"

#include <string.h>

bool ralm_next_seed(const char **id, size_t *id_length, const char **line,
		    size_t *length)
{
	const char *p = *line, *end = p + *length;
	while ((p += ralm_blanks(p, (size_t)(end - p))) < end) {
		const char *slot = p;
		p = ralm_slot_end(p, end);
		if (end - slot < SEEDS_PREFIX || !are_seeds(slot))
			continue;
		*id = slot + SEEDS_PREFIX;
		*id_length = (size_t)(p - *id);
		*line = p;
		*length = (size_t)(end - p);
		return true;
	}
	return false;
}

bool ralm_spells_seeds(const char *line, size_t length)
{
	const char *id;
	size_t id_length;
	return ralm_next_seed(&id, &id_length, &line, &length);
}

bool ralm_is_seeds_slot(const char *slot, size_t length)
{
	static const char same[] = "seeds:";
	if (length >= SEEDS_PREFIX && are_seeds(slot))
		return true;
	return length >= sizeof same - 1 &&
	       memcmp(slot, same, sizeof same - 1) == 0;
}
