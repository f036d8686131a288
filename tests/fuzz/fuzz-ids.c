/* Any bytes as a file of ids, or of a table with a column of them; the first byte
 * chooses. What is read are ids; written one a line they are read again as the
 * same; what is refused says why, and where. */
#include "fuzz.h"

#include "libralm/formats/id_lines.h"
#include "libralm/formats/ids.h"

#include <string.h>

static const struct {
	const char *column, *delimiter;
} formats[] = {
	{NULL, NULL}, {"id", NULL}, {"id", ","}, {"id", "::"}, {"id", "blanks"},
};

struct text {
	char *bytes;
	size_t size;
};

/* The ids of a file, each with a newline behind; -1: it is refused. */
static int read_ids(struct text *ids, const void *data, size_t size, int format)
{
	struct ralm_error err = {.code = RALM_OK};
	struct ralm_id_lines lines;
	char path[32];
	const char *paths[] = {path}, *id;
	size_t length;
	uint64_t last = 0;
	int got;
	snprintf(path, sizeof path, "/dev/fd/%d", file_of(data, size));
	ids->size = 0;
	if (ralm_id_lines_open(&lines, paths, 1, formats[format].column,
			       formats[format].delimiter, &err) != 0)
		abort();
	while ((got = ralm_id_lines_next(&id, &length, &lines, &err)) == 1) {
		must(ralm_id_fault(id, length) == NULL);
		must(lines.records.line > last);
		last = lines.records.line;
		ids->bytes = realloc(ids->bytes, ids->size + length + 1);
		must(ids->bytes != NULL);
		memcpy(ids->bytes + ids->size, id, length);
		ids->size += length;
		ids->bytes[ids->size++] = '\n';
	}
	must(got == 0 || (err.code == RALM_ERROR_DATA && err.message[0] != '\0' &&
			  strcmp(err.file, path) == 0));
	must(got != 0 || ids->size > 0);
	ralm_id_lines_release(&lines);
	return got;
}

/* A file whose first bytes are those of another kind is none of ids, though an id
 * may begin so. */
static bool looks_like_text(const struct text *ids)
{
	const unsigned char *first = (const unsigned char *)ids->bytes;
	for (size_t i = 0; i < ids->size && i < 8; i++)
		if (first[i] >= 0x80 || first[i] < ' ')
			return first[i] == '\n' && i > 1;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text ids = {NULL, 0}, again = {NULL, 0};
	if (size == 0)
		return 0;
	const int count = sizeof formats / sizeof *formats;
	if (read_ids(&ids, data + 1, size - 1, data[0] % count) == 0 &&
	    looks_like_text(&ids)) {
		must(read_ids(&again, ids.bytes, ids.size, 0) == 0);
		must(again.size == ids.size &&
		     memcmp(again.bytes, ids.bytes, ids.size) == 0);
	}
	free(ids.bytes);
	free(again.bytes);
	return 0;
}
