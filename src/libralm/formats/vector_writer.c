#include "formats/vector_writer.h"

#include "ground/numbers.h"

#include <string.h>

/* ---- what stands before the vectors --------------------------------------- */

/* Returns the length of the text. */
static size_t put_text(struct ralm_writer *to, const char *text)
{
	const size_t length = strlen(text);
	ralm_writer_put(to, text, length);
	return length;
}

/* Version 1.0 of the format: a magic number, the length of a Python dictionary as
 * text, the text, and blanks up to a multiple of 64 bytes that ends in a newline.
 * Source: numpy.lib.format. */
static void put_npy_header(struct ralm_writer *to, uint64_t count, size_t D)
{
	enum { SIZE = 128, AT = 10 };
	static const char start[AT] = {'\x93', 'N', 'U', 'M', 'P', 'Y',
				       1, 0, SIZE - AT, 0};
	char digits[21];
	size_t length = AT;
	ralm_writer_put(to, start, AT);
	length += put_text(to, "{'descr': '<f4', 'fortran_order': False, "
			       "'shape': (");
	digits[ralm_format_u64(digits, count)] = '\0';
	length += put_text(to, digits);
	length += put_text(to, ", ");
	digits[ralm_format_u64(digits, D)] = '\0';
	length += put_text(to, digits);
	length += put_text(to, "), }");
	for (; length < SIZE - 1; length++)
		ralm_writer_put_char(to, ' ');
	ralm_writer_put_char(to, '\n');
}

static void put_header(struct ralm_vector_writer *writer, uint64_t count)
{
	struct ralm_writer *to = &writer->vectors;
	if (writer->form == RALM_VECTORS_NPY) {
		put_npy_header(to, count, writer->D);
	} else if (writer->form == RALM_VECTORS_WORD2VEC) {
		ralm_writer_put_u64(to, count);
		ralm_writer_put_char(to, ' ');
		ralm_writer_put_u64(to, writer->D);
		ralm_writer_put_char(to, '\n');
	}
}

/* ---- vectors --------------------------------------------------------------- */

int ralm_vector_writer_open(struct ralm_vector_writer *writer,
			    enum ralm_vector_form form, uint64_t count, size_t D,
			    struct ralm_vector_file vectors,
			    struct ralm_vector_file ids, struct ralm_error *err)
{
	*writer = (struct ralm_vector_writer){
		.form = form, .D = D, .own_ids = ids.fd >= 0};
	if (ralm_writer_open(&writer->vectors, vectors.fd, vectors.name, err) !=
		    0 ||
	    (writer->own_ids &&
	     ralm_writer_open(&writer->ids, ids.fd, ids.name, err) != 0)) {
		ralm_vector_writer_release(writer);
		return -1;
	}
	put_header(writer, count);
	return 0;
}

int ralm_vector_writer_put(struct ralm_vector_writer *writer, const char *id,
			   size_t length, const float *x)
{
	struct ralm_writer *to = &writer->vectors;
	const char between = writer->form == RALM_VECTORS_TSV ? '\t' : ' ';
	ralm_writer_put(writer->own_ids ? &writer->ids : to, id, length);
	if (writer->own_ids)
		ralm_writer_put_char(&writer->ids, '\n');
	if (writer->form == RALM_VECTORS_NPY) {
		ralm_writer_put(to, x, writer->D * sizeof *x);
	} else {
		for (size_t d = 0; d < writer->D; d++) {
			if (d > 0 || !writer->own_ids)
				ralm_writer_put_char(to, between);
			ralm_writer_put_real(to, (double)x[d]);
		}
		ralm_writer_put_char(to, '\n');
	}
	return writer->vectors.error == 0 && writer->ids.error == 0 ? 0 : -1;
}

int ralm_vector_writer_flush(struct ralm_vector_writer *writer,
			     struct ralm_error *err)
{
	if (writer->own_ids && ralm_writer_flush(&writer->ids, err) != 0)
		return -1;
	return ralm_writer_flush(&writer->vectors, err);
}

void ralm_vector_writer_release(struct ralm_vector_writer *writer)
{
	ralm_writer_release(&writer->vectors);
	ralm_writer_release(&writer->ids);
}
