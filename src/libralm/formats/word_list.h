/* A list of words as options have it, "NA,NULL,\N": finds a text in it. */
#ifndef RALM_FORMATS_WORD_LIST_H
#define RALM_FORMATS_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

struct ralm_word_list {
	const char *text; /* words with commas between, not owned */
	uint64_t lengths; /* bit n: a word has n bytes; 63: as many or more */
};

/* text NULL: no word; "": the empty word. */
void ralm_word_list_init(struct ralm_word_list *list, const char *text);

/* The number of the word that equals those bytes, from 0; -1: none does. */
int ralm_word_list_find(const struct ralm_word_list *list, const char *bytes,
			size_t length);

/* The next word behind `word`, the first one for NULL, NULL behind the last;
 * *length is its length. */
const char *ralm_word_list_next(const struct ralm_word_list *list,
				const char *word, size_t *length);

#endif
