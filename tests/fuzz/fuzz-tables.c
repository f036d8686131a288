/* Any bytes as a table of users, the first one telling its columns. What a row
 * is read as is a line about a user that reads back the same. */
#include "fuzz.h"

#include "libralm/formats/user_table.h"

#include <string.h>

static const struct ralm_user_table_options tables[] = {
	{.columns = "user,a,_,b,a", .numbers = "b"},
	{.columns = "a=x,user=id,b=y,c=x", .numbers = "b"},
	{.columns = "a,user", .delimiter = "blanks"},
	{.columns = "_,user,_,_,b", .delimiter = "::"},
};

static void check_row(struct ralm_user_parser *parser,
		      const struct ralm_user_line *row)
{
	struct ralm_user_line line;
	struct ralm_error err;
	size_t room = row->user_length + 6, n;
	for (size_t i = 0; i < row->count; i++)
		room += row->values[i].slot_length + 1;
	char *text = malloc(room);
	must(text != NULL);
	n = (size_t)sprintf(text, "user:%.*s", (int)row->user_length, row->user);
	for (size_t i = 0; i < row->count; i++)
		n += (size_t)sprintf(text + n, " %.*s",
				     (int)row->values[i].slot_length,
				     row->values[i].slot);
	must(n < room && ralm_user_parse(&line, parser, text, n, &err) == 1 &&
	     line.user_length == row->user_length && line.count == row->count);
	for (size_t i = 0; i < row->count; i++)
		must(line.values[i].length == row->values[i].length &&
		     memcmp(line.values[i].text, row->values[i].text,
			    line.values[i].length) == 0);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ralm_user_table table;
	struct ralm_user_parser parser = {0};
	struct ralm_user_line row;
	struct ralm_error err;
	char path[32];
	int got;
	if (size == 0)
		return 0;
	struct ralm_user_table_options options = tables[data[0] & 3];
	snprintf(path, sizeof path, "/dev/fd/%d", file_of(data + 1, size - 1));
	options.path = path;
	must(ralm_user_table_open(&table, &options, "NA", &err) == 0);
	while ((got = ralm_user_table_next(&row, &table, &err)) == 1 ||
	       table.bad_line)
		if (got == 1)
			check_row(&parser, &row);
		else
			must(err.code == RALM_ERROR_DATA && err.message[0]);
	ralm_user_table_release(&table);
	ralm_user_parser_release(&parser);
	return 0;
}
