/* Vectors with ids, as other programs read them:
 *
 *	tsv	  ID<TAB>X<TAB>X ..., a line each
 *	word2vec  COUNT D, and then lines of ID X X ...
 *	npy	  NumPy's array of float32, (COUNT,D), which has no ids
 *
 * Ids may go to a file of their own, one a line, and are left out of the vectors
 * then. Numbers in text have the nine digits that give the same float again. */
#ifndef RALM_FORMATS_VECTOR_WRITER_H
#define RALM_FORMATS_VECTOR_WRITER_H

#include "ralm.h"
#include "formats/lines.h"

/* A file to write: a descriptor that stays the caller's, and its name in messages. */
struct ralm_vector_file {
	int fd; /* -1: there is none */
	const char *name;
};

struct ralm_vector_writer {
	enum ralm_vector_form form;
	size_t D;
	bool own_ids; /* in a file of their own */
	struct ralm_writer vectors, ids;
};

/* Writes what stands before `count` vectors of D numbers. ids: the file for the ids, or
 * one with fd -1, where they stand beside the vectors. After a failure nothing is to be
 * released. */
int ralm_vector_writer_open(struct ralm_vector_writer *writer,
			    enum ralm_vector_form form, uint64_t count, size_t D,
			    struct ralm_vector_file vectors,
			    struct ralm_vector_file ids,
			    struct ralm_error *err) RALM_MUST_CHECK;

/* Writes the next vector, x (D), and its id. -1 where a file cannot be written; flush
 * then sets the error. */
int ralm_vector_writer_put(struct ralm_vector_writer *writer, const char *id,
			   size_t length, const float *x) RALM_MUST_CHECK;

int ralm_vector_writer_flush(struct ralm_vector_writer *writer,
			     struct ralm_error *err) RALM_MUST_CHECK;
/* Safe on a zeroed struct. */
void ralm_vector_writer_release(struct ralm_vector_writer *writer);

#endif
