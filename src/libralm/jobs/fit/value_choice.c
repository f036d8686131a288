#include "jobs/fit/value_choice.h"

#include "ground/memory.h"
#include "ground/radix_sort.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE RALM_INDEX_NONE

static bool is_known(const struct ralm_value_choice *c, size_t user)
{
	return c->row[user] != NONE;
}

/* ---- whom the model knows ------------------------------------------------ */

static int find_rows(struct ralm_value_choice *c, const struct ralm_users *users,
		     size_t rows, struct ralm_error *err)
{
	const struct ralm_value_sets *sets = &c->told->sets;
	c->row = ralm_aligned_new(sets->count, sizeof *c->row, err);
	if (c->row == NULL)
		return -1;
	ralm_users_find_all(c->row, users, sets->keys, sets->count);
	for (size_t i = 0; i < sets->count; i++) {
		if (c->row[i] != NONE && c->row[i] >= rows)
			c->row[i] = NONE;
		c->known += is_known(c, i);
	}
	if (c->known > 0)
		return 0;
	return ralm_error_set(err, RALM_ERROR_DATA,
			      "the model knows none of the %zu users",
			      sets->count);
}

/* ---- words --------------------------------------------------------------- */

static int choose_words(struct ralm_value_choice *c, uint64_t min_count,
			struct ralm_error *err)
{
	const struct ralm_value_sets *sets = &c->told->sets;
	const size_t words = c->told->words.count;
	c->value = ralm_aligned_new(words, sizeof *c->value, err);
	if (c->value == NULL)
		return -1;
	for (size_t i = 0; i < sets->count; i++)
		for (size_t k = 0; k < sets->sets[i].count && is_known(c, i);
		     k++)
			c->value[sets->sets[i].value[k]]++;
	for (size_t w = 0; w < words; w++)
		c->words += c->value[w] >= min_count;
	c->word = ralm_aligned_new(c->words, sizeof *c->word, err);
	if (c->word == NULL)
		return -1;
	uint32_t next = 0;
	for (size_t w = 0; w < words; w++) {
		const bool kept = c->value[w] >= min_count;
		if (kept)
			c->word[next] = (uint32_t)w;
		c->value[w] = kept ? next++ : NONE;
	}
	return 0;
}

/* ---- numbers ------------------------------------------------------------- */

static int add_bin(struct ralm_value_choice *c, uint32_t field, double least,
		   struct ralm_error *err)
{
	if (RALM_RESERVE(c->bins, c->bin_room, c->bin_count + 1, err) != 0)
		return -1;
	c->bins[c->bin_count++] = (struct ralm_value_bin){field, least};
	return 0;
}

/* Makes the bins of one field from its records (n) of a field and a key, in order. A bin
 * is full when it has a `bins`-th of all, and at least min_count; the last one also takes
 * what would be too few for another. */
static int cut_field(struct ralm_value_choice *c, const uint64_t *records,
		     size_t n, uint64_t min_count, uint64_t bins,
		     struct ralm_error *err)
{
	const uint32_t field = (uint32_t)records[0];
	const size_t share = n / bins + (n % bins != 0);
	const size_t full = share > min_count ? share : (size_t)min_count;
	size_t in_bin = 0;
	if (n < min_count)
		return 0;
	if (add_bin(c, field, -INFINITY, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++, in_bin++) {
		const bool same = i > 0 && records[2 * i + 1] ==
						   records[2 * i - 1];
		if (same || in_bin < full || n - i < min_count)
			continue;
		if (add_bin(c, field, ralm_key_real(records[2 * i + 1]), err) !=
		    0)
			return -1;
		in_bin = 0;
	}
	return 0;
}

static int cut_fields(struct ralm_value_choice *c, const uint64_t *records,
		      size_t n, uint64_t min_count, uint64_t bins,
		      struct ralm_error *err)
{
	for (size_t begin = 0, end; begin < n; begin = end) {
		end = begin;
		while (end < n && records[2 * end] == records[2 * begin])
			end++;
		if (cut_field(c, records + 2 * begin, end - begin, min_count,
			      bins, err) != 0)
			return -1;
	}
	return 0;
}

/* Turns sorted records (n) of a field, a key and a user into records of a field and a
 * key, one for each user; returns how many. */
static size_t drop_users(uint64_t *records, size_t n)
{
	size_t to = 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t *r = records + 3 * i;
		/* Records before this one are overwritten: compare with the next. */
		if (i + 1 < n && r[0] == r[3] && r[1] == r[4] && r[2] == r[5])
			continue;
		records[2 * to] = r[0];
		records[2 * to++ + 1] = r[1];
	}
	return to;
}

static int choose_bins(struct ralm_value_choice *c, uint64_t min_count,
		       uint64_t bins, struct ralm_threads *threads,
		       struct ralm_error *err)
{
	const struct ralm_told_users *told = c->told;
	size_t n = 0;
	if (told->number_count == 0)
		return 0;
	uint64_t *records = ralm_aligned_new(told->number_count,
					     3 * sizeof *records, err);
	if (records == NULL)
		return -1;
	for (size_t i = 0; i < told->number_count; i++) {
		const struct ralm_told_number *number = &told->numbers[i];
		if (!is_known(c, number->user))
			continue;
		records[3 * n] = number->field;
		records[3 * n + 1] = ralm_real_key(number->number);
		records[3 * n++ + 2] = number->user;
	}
	ralm_words_sort(records, n, 3, threads);
	n = drop_users(records, n);
	int result = cut_fields(c, records, n, min_count, bins, err);
	free(records);
	return result;
}

/* The value of a number; NONE where its field has no bins. */
static uint32_t bin_of(const struct ralm_value_choice *c,
		       const struct ralm_told_number *number)
{
	size_t low = 0, high = c->bin_count; /* low: the first bin above it */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct ralm_value_bin *bin = &c->bins[middle];
		if (bin->field < number->field ||
		    (bin->field == number->field &&
		     bin->least <= number->number))
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && c->bins[low - 1].field == number->field
		       ? (uint32_t)(c->words + low - 1)
		       : NONE;
}

/* ---- the users by their values ------------------------------------------- */

static int name_fields(struct ralm_value_choice *c, struct ralm_error *err)
{
	const size_t values = c->words + c->bin_count;
	c->field = ralm_aligned_new(values, sizeof *c->field, err);
	for (size_t v = 0; v < values && c->field != NULL; v++)
		c->field[v] = v < c->words
				      ? c->told->word_field[c->word[v]]
				      : c->bins[v - c->words].field;
	return c->field != NULL ? 0 : -1;
}

/* Sets begin so that user u has room for the most values that are possible. */
static void count_values(struct ralm_value_choice *c)
{
	const struct ralm_told_users *told = c->told;
	for (size_t i = 0; i < told->sets.count; i++)
		if (is_known(c, i))
			c->begin[i + 1] += told->sets.sets[i].count;
	for (size_t i = 0; i < told->number_count; i++)
		if (is_known(c, told->numbers[i].user))
			c->begin[told->numbers[i].user + 1]++;
	for (size_t i = 0; i < told->sets.count; i++)
		c->begin[i + 1] += c->begin[i];
}

/* Fills user_value from begin[u] to end[u] - 1, which it sets. */
static void put_values(struct ralm_value_choice *c, uint64_t *end)
{
	const struct ralm_told_users *told = c->told;
	for (size_t i = 0; i < told->sets.count; i++) {
		const struct ralm_value_set *set = &told->sets.sets[i];
		end[i] = c->begin[i];
		for (size_t k = 0; k < set->count && is_known(c, i); k++)
			if (c->value[set->value[k]] != NONE)
				c->user_value[end[i]++] =
					c->value[set->value[k]];
	}
	for (size_t i = 0; i < told->number_count; i++) {
		const struct ralm_told_number *number = &told->numbers[i];
		const uint32_t value = is_known(c, number->user)
					       ? bin_of(c, number)
					       : NONE;
		bool again = false;
		for (uint64_t k = c->begin[number->user];
		     value != NONE && k < end[number->user]; k++)
			again |= c->user_value[k] == value;
		if (value != NONE && !again)
			c->user_value[end[number->user]++] = value;
	}
}

/* Closes the gaps between users, and drops users without values. */
static void close_up(struct ralm_value_choice *c, const uint64_t *end)
{
	uint64_t to = 0;
	for (size_t i = 0; i < c->told->sets.count; i++) {
		const uint64_t begin = c->begin[i], n = end[i] - begin;
		if (n == 0)
			continue;
		memmove(c->user_value + to, c->user_value + begin,
			(size_t)n * sizeof *c->user_value);
		c->user_row[c->users] = c->row[i];
		c->begin[c->users++] = to;
		to += n;
	}
	c->begin[c->users] = to;
}

static int gather_users(struct ralm_value_choice *c, struct ralm_error *err)
{
	const size_t count = c->told->sets.count;
	uint64_t *end = ralm_aligned_new(count, sizeof *end, err);
	int result = -1;
	if (end != NULL &&
	    (c->begin = ralm_aligned_new(count + 1, sizeof *c->begin, err)) !=
		    NULL &&
	    (c->user_row = ralm_aligned_new(c->known, sizeof *c->user_row,
					    err)) != NULL) {
		count_values(c);
		c->user_value = ralm_aligned_new((size_t)c->begin[count],
						 sizeof *c->user_value, err);
		result = c->user_value != NULL ? 0 : -1;
	}
	if (result == 0) {
		put_values(c, end);
		close_up(c, end);
	}
	free(end);
	return result;
}

/* Whether one of the counts (n) is enough. */
static bool any_enough(const uint64_t *count, size_t n, uint64_t enough)
{
	for (size_t i = 0; i < n; i++)
		if (count[i] >= enough)
			return true;
	return false;
}

int ralm_value_choice_foresee(const struct ralm_told_users *told,
			      uint64_t min_count, struct ralm_error *err)
{
	const size_t words = told->words.count, fields = told->fields.names.count;
	uint64_t *count = ralm_aligned_new(words + fields, sizeof *count, err);
	if (count == NULL)
		return -1;
	for (size_t i = 0; i < told->sets.count; i++)
		for (size_t k = 0; k < told->sets.sets[i].count; k++)
			count[told->sets.sets[i].value[k]]++;
	for (size_t i = 0; i < told->number_count; i++)
		count[words + told->numbers[i].field]++;
	const bool possible = any_enough(count, words + fields, min_count);
	free(count);
	return possible ? 0
			: ralm_error_set(err, RALM_ERROR_DATA,
					 "no value is told of at least %" PRIu64
					 " users (--min-value-count)",
					 min_count);
}

int ralm_value_choice_init(struct ralm_value_choice *c,
			   const struct ralm_told_users *told,
			   const struct ralm_users *users, size_t rows,
			   uint64_t min_count, uint64_t bins,
			   struct ralm_threads *threads, struct ralm_error *err)
{
	*c = (struct ralm_value_choice){.told = told};
	int result = -1;
	if (find_rows(c, users, rows, err) != 0 ||
	    choose_words(c, min_count, err) != 0 ||
	    choose_bins(c, min_count, bins, threads, err) != 0)
		goto out;
	if (c->words + c->bin_count == 0) {
		ralm_error_set(err, RALM_ERROR_DATA,
			       "no value is told of at least %" PRIu64
			       " users whom the model knows (--min-value-count)",
			       min_count);
		goto out;
	}
	if (name_fields(c, err) == 0 && gather_users(c, err) == 0)
		result = 0;
out:
	if (result != 0)
		ralm_value_choice_release(c);
	return result;
}

void ralm_value_choice_release(struct ralm_value_choice *c)
{
	free(c->row);
	free(c->value);
	free(c->word);
	free(c->bins);
	free(c->field);
	free(c->begin);
	free(c->user_value);
	free(c->user_row);
	memset(c, 0, sizeof *c);
}
