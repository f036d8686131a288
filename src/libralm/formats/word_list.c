#include "formats/word_list.h"

#include <string.h>

static uint64_t length_bit(size_t length)
{
	return UINT64_C(1) << (length < 63 ? length : 63);
}

void ralm_word_list_init(struct ralm_word_list *list, const char *text)
{
	const char *word = NULL;
	size_t length;
	list->text = text;
	list->lengths = 0;
	while ((word = ralm_word_list_next(list, word, &length)) != NULL)
		list->lengths |= length_bit(length);
}

const char *ralm_word_list_next(const struct ralm_word_list *list,
				const char *word, size_t *length)
{
	if (word == NULL) {
		word = list->text;
	} else {
		word += strcspn(word, ",");
		word = *word == ',' ? word + 1 : NULL;
	}
	if (word != NULL)
		*length = strcspn(word, ",");
	return word;
}

int ralm_word_list_find(const struct ralm_word_list *list, const char *bytes,
			size_t length)
{
	const char *word = NULL;
	size_t word_length;
	if ((list->lengths & length_bit(length)) == 0)
		return -1;
	for (int i = 0; (word = ralm_word_list_next(list, word,
						    &word_length)) != NULL; i++)
		if (word_length == length && memcmp(word, bytes, length) == 0)
			return i;
	return -1;
}
