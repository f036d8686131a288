#include "model/values.h"

#include "formats/slots.h"
#include "formats/user_id.h"
#include "ground/memory.h"
#include "ground/numbers.h"
#include "kernels/kernels.h"
#include "rows/value_ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(err, ...) ralm_error_set(err, RALM_ERROR_DATA, __VA_ARGS__)

void ralm_values_release(struct ralm_values *values)
{
	if (!values->borrowed) {
		free(values->keys);
		free(values->means);
		free(values->vectors);
		free(values->start);
		free(values->texts);
		free(values->ends);
	}
	free(values->fields);
	memset(values, 0, sizeof *values);
}

/* x (D) += the rows of those values (k) */
static void add_rows(ralm_real *x, const ralm_real *rows, size_t D,
		     const uint32_t *value, size_t k)
{
	const struct ralm_row_kernels *kernels = ralm_kernels()->rows;
	for (size_t i = 0; i < k; i++)
		kernels->add(x, rows + value[i] * D, D);
}

void ralm_values_vector(ralm_real *x, const struct ralm_values *values,
			const uint32_t *value, size_t k)
{
	const struct ralm_row_kernels *kernels = ralm_kernels()->rows;
	const size_t D = values->D;
	const bool has_means = values->means != NULL;
	/* With means, k times the correction's factor: k divides both in the end. */
	const double factor = has_means ? (double)k * ralm_ridge_belief(k) : 1;
	memset(x, 0, D * sizeof *x);
	add_rows(x, values->vectors, D, value, k);
	kernels->combine(x, factor, values->start, factor / sqrt((double)k), x, D);
	if (!has_means)
		return;
	add_rows(x, values->means, D, value, k);
	kernels->combine(x, 1 / (double)k, x, 0, x, D);
}

/* ---- texts --------------------------------------------------------------- */

/* The length of the field's name in a value's text, before its ':' or '='. 0: the text
 * has no name, or nothing behind the sign. */
static size_t name_length(const char *text, size_t length)
{
	size_t n = 0;
	while (n < length && text[n] != ':' && text[n] != '=')
		n++;
	return n + 1 < length ? n : 0;
}

/* The text of value i, of *length bytes. NULL: what a hostile file has there is no text
 * of a value. */
static const char *text_of(size_t *length, const struct ralm_values *values,
			   size_t i)
{
	const uint64_t begin = i > 0 ? values->ends[i - 1] : 0;
	const uint64_t end = values->ends[i];
	if (begin >= end || end > values->text_size)
		return NULL;
	const char *text = values->texts + begin;
	*length = (size_t)(end - begin);
	if (ralm_slot_end(text, text + *length) != text + *length ||
	    memchr(text, '\n', *length) != NULL ||
	    memchr(text, '\0', *length) != NULL ||
	    name_length(text, *length) == 0 ||
	    (name_length(text, *length) == 4 && !memcmp(text, "user", 4)))
		return NULL;
	return text;
}

static int bad_text(size_t i, struct ralm_error *err)
{
	return FAIL(err, "value_texts: value %zu is no value, has another key or "
			 "stands twice", i);
}

/* ---- the index ----------------------------------------------------------- */

/* Adds the bin that begins with the number in text, greater than those before. */
static int add_bin(struct ralm_value_bins *bins, const char *text, size_t length,
		   size_t value, struct ralm_error *err)
{
	const size_t n = bins->count;
	double least = -INFINITY;
	if ((length != 4 || memcmp(text, "-inf", 4) != 0) &&
	    !ralm_parse_double(&least, text, length))
		return bad_text(value, err);
	if (n > 0 && !(least > bins->least[n - 1]))
		return FAIL(err, "value_texts: the bins of value %zu do not "
				 "ascend", value);
	if (RALM_RESERVE(bins->least, bins->room, n + 1, err) != 0 ||
	    RALM_RESERVE(bins->value, bins->value_room, n + 1, err) != 0)
		return -1;
	bins->least[n] = least;
	bins->value[n] = (uint32_t)value;
	bins->count++;
	return 0;
}

/* Adds the field of value i, unless it is known, and the bin that the value is if the
 * field is one of numbers. */
static int add_field(struct ralm_value_index *index, size_t i, const char *text,
		     size_t length, struct ralm_error *err)
{
	const size_t n = name_length(text, length), before = index->bins_room;
	const bool numbers = text[n] == '=';
	uint32_t field;
	/* Before the field is added: release goes over as many bins as fields. */
	if (RALM_RESERVE(index->bins, index->bins_room,
			 index->fields.names.count + 1, err) != 0)
		return -1;
	memset(index->bins + before, 0,
	       (index->bins_room - before) * sizeof *index->bins);
	if (ralm_user_fields_add(&field, &index->fields, text, n,
				 numbers ? RALM_FIELD_NUMBERS
					 : RALM_FIELD_WORDS,
				 err) < 0)
		return -1;
	return numbers ? add_bin(&index->bins[field], text + n + 1,
				 length - n - 1, i, err)
		       : 0;
}

static int add_value(struct ralm_value_index *index, size_t i,
		     struct ralm_error *err)
{
	const struct ralm_values *values = index->values;
	const uint64_t key = values->keys[i];
	size_t length;
	const char *text = text_of(&length, values, i);
	if (text == NULL ||
	    ralm_user_key(text, length, index->hash_seed) != key ||
	    ralm_index_find(&index->index, values->keys, i, key) !=
		    RALM_INDEX_NONE)
		return bad_text(i, err);
	if (ralm_index_reserve(&index->index, values->keys, i, err) != 0)
		return -1;
	ralm_index_put(&index->index, key, (uint32_t)i);
	return add_field(index, i, text, length, err);
}

static int check_numbers(const struct ralm_values *values,
			 struct ralm_error *err)
{
	const struct ralm_update *update = ralm_kernels()->update;
	const size_t n = values->count * values->D;
	if (n > 0 && !(update->finite(values->vectors, n) &&
		       update->finite(values->start, values->D)))
		return FAIL(err, "value_vectors: not all numbers are finite");
	if (values->means != NULL && !update->finite(values->means, n))
		return FAIL(err, "value_means: not all numbers are finite");
	return 0;
}

int ralm_value_index_init(struct ralm_value_index *index,
			  const struct ralm_values *values, uint64_t hash_seed,
			  struct ralm_error *err)
{
	*index = (struct ralm_value_index){.values = values,
					   .hash_seed = hash_seed};
	int result = ralm_index_reserve(&index->index, NULL, 0, err);
	for (size_t i = 0; i < values->count && result == 0; i++)
		result = add_value(index, i, err);
	if (result == 0)
		result = check_numbers(values, err);
	if (result != 0)
		ralm_value_index_release(index);
	return result;
}

void ralm_value_index_release(struct ralm_value_index *index)
{
	for (size_t i = 0; index->bins != NULL && i < index->fields.names.count; i++) {
		free(index->bins[i].least);
		free(index->bins[i].value);
	}
	free(index->bins);
	ralm_user_fields_release(&index->fields);
	ralm_index_release(&index->index);
	memset(index, 0, sizeof *index);
}

int ralm_values_check(const struct ralm_values *values, uint64_t hash_seed,
		      struct ralm_error *err)
{
	struct ralm_value_index index;
	if (ralm_value_index_init(&index, values, hash_seed, err) != 0)
		return -1;
	ralm_value_index_release(&index);
	return 0;
}

/* ---- lines --------------------------------------------------------------- */

int ralm_value_index_teach(struct ralm_user_parser *parser,
			   const struct ralm_value_index *index,
			   struct ralm_error *err)
{
	for (uint32_t i = 0; i < index->fields.names.count; i++) {
		size_t length;
		const char *name =
			ralm_names_text(&index->fields.names, i, &length);
		uint32_t same;
		if (ralm_user_fields_add(&same, &parser->fields, name, length,
					 index->fields.kinds[i], err) < 0)
			return -1;
	}
	return 0;
}

/* The value of the bin that a number is in; RALM_INDEX_NONE: it is below all bins. */
static uint32_t find_bin(const struct ralm_value_bins *bins, double number)
{
	size_t low = 0, high = bins->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (bins->least[middle] <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? bins->value[low - 1] : RALM_INDEX_NONE;
}

uint32_t ralm_value_index_find(const struct ralm_value_index *index,
			       const struct ralm_user_value *value)
{
	if (value->field >= index->fields.names.count)
		return RALM_INDEX_NONE;
	if (value->slot[value->text - value->slot - 1] == '=')
		return find_bin(&index->bins[value->field], value->number);
	return ralm_index_find(&index->index, index->values->keys,
			       index->values->count,
			       ralm_user_key(value->slot, value->slot_length,
					     index->hash_seed));
}
