#include "jobs/build/sample_lines.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

static const char seed_slot[] = "user_seeds:";
enum { SEED_SLOT = sizeof seed_slot - 1 };

void ralm_sample_lines_init(struct ralm_sample_lines *lines,
			    struct ralm_writer *writer, bool once,
			    const struct ralm_ids *users,
			    const struct ralm_ids *items)
{
	memset(lines, 0, sizeof *lines);
	lines->writer = writer;
	lines->once = once;
	lines->users = users;
	lines->items = items;
}

void ralm_sample_lines_release(struct ralm_sample_lines *lines)
{
	free(lines->list);
	lines->list = NULL;
	lines->list_length = lines->list_capacity = 0;
}

/* Most ids are short: their first 16 bytes are copied at once, whatever the
 * length. Both the source and the target have them. */
static char *put_id(char *to, const char *text, size_t length)
{
	memcpy(to, text, RALM_ID_SLACK);
	if (length > RALM_ID_SLACK)
		memcpy(to + RALM_ID_SLACK, text + RALM_ID_SLACK,
		       length - RALM_ID_SLACK);
	return to + length;
}

void ralm_sample_lines_prefetch(const struct ralm_sample_lines *lines,
				const uint32_t *users, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ralm_ids_prefetch(lines->users, users[i]);
}

int ralm_sample_lines_list(struct ralm_sample_lines *lines,
			   const uint32_t *seeds, size_t count, uint32_t item,
			   struct ralm_error *err)
{
	size_t longest = SEED_SLOT + lines->users->longest + 1;
	if (RALM_RESERVE(lines->list, lines->list_capacity,
			 count * longest + RALM_ID_SLACK, err) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		ralm_ids_prefetch_text(lines->users, seeds[i]);
	char *to = lines->list;
	for (size_t i = 0; i < count; i++) {
		size_t length;
		const char *text =
			ralm_ids_text(lines->users, seeds[i], &length);
		memcpy(to, seed_slot, SEED_SLOT);
		to = put_id(to + SEED_SLOT, text, length);
		*to++ = ' ';
	}
	lines->list_length = (size_t)(to - lines->list);
	lines->item = item;
	lines->written = false;
	return 0;
}

void ralm_sample_lines_put(struct ralm_sample_lines *lines, uint32_t target,
			   int label)
{
	struct ralm_writer *writer = lines->writer;
	const bool same = lines->once && lines->written;
	size_t length;
	const char *text = ralm_ids_text(lines->users, target, &length);
	if (same)
		ralm_writer_put_text(writer, "seeds:same ");
	else
		ralm_writer_put(writer, lines->list, lines->list_length);
	lines->written = true;
	ralm_writer_put_text(writer, "target_user:");
	ralm_writer_put(writer, text, length);
	ralm_writer_put_text(writer, label ? " label:1" : " label:0");
	if (!same) {
		text = ralm_ids_text(lines->items, lines->item, &length);
		ralm_writer_put_text(writer, " item:");
		ralm_writer_put(writer, text, length);
	}
	ralm_writer_put_char(writer, '\n');
}
