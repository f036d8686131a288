/* A list of words as options have it, "NA,NULL,\N", to look a text up in. */
#ifndef RALM_FORMATS_WORD_LIST_H
#define RALM_FORMATS_WORD_LIST_H

#include <stddef.h>
#include <stdint.h>

struct ralm_word_list {
	const char *text; /* words with commas between, not owned */
	uint64_t lengths; /* bit n: a word has n bytes; bit 63: 63 bytes or more */
};

/* text NULL: no word; "": the empty word. */
void ralm_word_list_init(struct ralm_word_list *list, const char *text);

/* The number, from 0, of the word that equals those bytes; -1: none does. */
int ralm_word_list_find(const struct ralm_word_list *list, const char *bytes,
			size_t length);

/* The word behind `word`, or for NULL the first one; NULL: there is none. *length: that
 * of the word returned. */
const char *ralm_word_list_next(const struct ralm_word_list *list,
				const char *word, size_t *length);

#endif
