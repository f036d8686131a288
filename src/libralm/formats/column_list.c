#include "formats/column_list.h"

#include <string.h>

bool ralm_column_first(struct ralm_column_entry *entry, const char *list)
{
	entry->text = list;
	entry->length = strcspn(list, ",");
	entry->role = strcspn(list, ",=");
	return true;
}

bool ralm_column_next(struct ralm_column_entry *entry)
{
	const char *end = entry->text + entry->length;
	return *end == ',' && ralm_column_first(entry, end + 1);
}

bool ralm_column_has_name(const struct ralm_column_entry *entry)
{
	return entry->role < entry->length;
}

bool ralm_column_is_named(const struct ralm_column_entry *entry,
			  const char *text, size_t length)
{
	return ralm_column_has_name(entry) &&
	       entry->length - entry->role - 1 == length &&
	       memcmp(entry->text + entry->role + 1, text, length) == 0;
}

int ralm_column_check_name(const struct ralm_column_entry *entry,
			   const char *list, struct ralm_error *err)
{
	struct ralm_column_entry other;
	if (!ralm_column_has_name(entry))
		return 0;
	const char *name = entry->text + entry->role + 1;
	size_t length = entry->length - entry->role - 1;
	ralm_column_first(&other, list);
	for (; other.text < entry->text; ralm_column_next(&other))
		if (ralm_column_is_named(&other, name, length))
			return ralm_column_twice(name, length, err);
	return 0;
}

int ralm_column_twice(const char *text, size_t length, struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--columns: '%.*s' stands twice",
			      ralm_shown(length), text);
}
