#include "jobs/fit/fit_values.h"

#include "formats/lines.h"
#include "formats/user_id.h"
#include "ground/c_locale.h"
#include "ground/memory.h"
#include "ground/numbers.h"
#include "ground/printable.h"
#include "jobs/fit/value_choice.h"
#include "rows/value_ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether there is a file of users. */
static bool wanted(const struct ralm_fit *fit)
{
	return fit->config->users_path[0] != '\0';
}

int ralm_fit_read_users(struct ralm_fit *fit, const struct ralm_reader *samples,
			struct ralm_error *err)
{
	const struct ralm_config *config = fit->config;
	if (!wanted(fit))
		return 0;
	if (fit->learns)
		ralm_reader_await(samples);
	if (ralm_told_users_read(&fit->told, config->users_path,
				 fit->model.hash_seed, err) != 0)
		return -1;
	if (fit->learns && ralm_value_choice_foresee(
				   &fit->told, config->min_value_count, err) != 0)
		return ralm_error_at(err, config->users_path, 0, 0);
	return 0;
}

int ralm_fit_check_users(const struct ralm_fit *fit, struct ralm_error *err)
{
	const uint64_t before = fit->position.users, now = fit->told.digest;
	if (before == now)
		return 0;
	if (before == 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made without --users",
				      fit->origin_path);
	if (now == 0)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--resume: '%s' was made with --users",
				      fit->origin_path);
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--resume: '%s' was made with another file of "
			      "--users than '%s' is",
			      fit->origin_path, fit->config->users_path);
}

/* ---- notices and texts --------------------------------------------------- */

static void say_choice(const struct ralm_fit *fit,
		       const struct ralm_value_choice *c,
		       const struct ralm_ridge_choice *found)
{
	const struct ralm_told_users *told = c->told;
	char tried[RALM_RIDGE_PENALTIES * 40] = "";
	ralm_fit_say(fit, false,
		     "values: %zu found, of %zu words and %zu bins of numbers; "
		     "from %zu users, of %zu told of and %zu known to the model",
		     c->words + c->bin_count, told->words.count, c->bin_count,
		     c->users, told->sets.count, c->known);
	if (isnan(found->explained))
		return;
	for (size_t p = RALM_RIDGE_PENALTIES; p-- > 0;) {
		const size_t n = strlen(tried);
		if (isnan(found->explains[p]))
			break;
		ralm_snprintf(tried + n, sizeof tried - n, "%s%g: %.3f",
			      n > 0 ? ", " : "", found->tried[p],
			      found->explains[p]);
	}
	ralm_fit_say(fit, false,
		     "values: penalty %g explains %.3f of the vectors of %zu "
		     "users held out (%s)",
		     found->penalty, found->explained, found->held_out, tried);
}

/* "NAME VALUES EXPLAINED" of each field that has values. */
static char *describe_fields(const struct ralm_value_choice *c,
			     const struct ralm_ridge_choice *found,
			     struct ralm_error *err)
{
	const struct ralm_names *names = &c->told->fields.names;
	struct ralm_writer text;
	size_t *count;
	if (RALM_NEW(count, names->count, err) != 0)
		return NULL;
	for (size_t v = 0; v < c->words + c->bin_count; v++)
		count[c->field[v]]++;
	ralm_writer_open_memory(&text);
	for (uint32_t f = 0; f < names->count; f++) {
		char numbers[64];
		size_t length;
		if (count[f] == 0)
			continue;
		const char *name = ralm_names_text(names, f, &length);
		ralm_snprintf(numbers, sizeof numbers, " %zu %.4g", count[f],
			      found->field[f]);
		ralm_writer_put_text(&text, text.used > 0 ? " " : "");
		ralm_writer_put(&text, name, length);
		ralm_writer_put_text(&text, numbers);
	}
	ralm_writer_put_char(&text, '\0');
	free(count);
	if (ralm_writer_flush(&text, err) != 0) {
		ralm_writer_release(&text);
		return NULL;
	}
	ralm_make_printable(text.buffer);
	return text.buffer;
}

/* ---- the values ---------------------------------------------------------- */

/* The word that a value is, or "FIELD=LEAST" of a bin. */
static void put_value(struct ralm_writer *texts,
		      const struct ralm_value_choice *c, size_t v)
{
	char least[RALM_DOUBLE_TEXT];
	size_t length;
	if (v < c->words) {
		const char *word =
			ralm_ids_text(&c->told->words, c->word[v], &length);
		ralm_writer_put(texts, word, length);
		return;
	}
	const struct ralm_value_bin *bin = &c->bins[v - c->words];
	const char *field =
		ralm_names_text(&c->told->fields.names, bin->field, &length);
	ralm_writer_put(texts, field, length);
	ralm_writer_put_char(texts, '=');
	if (isinf(bin->least))
		ralm_writer_put_text(texts, "-inf");
	else
		ralm_writer_put(texts, least,
				ralm_format_double(least, bin->least));
}

static int name_values(struct ralm_values *values,
		       const struct ralm_value_choice *c, uint64_t hash_seed,
		       struct ralm_error *err)
{
	struct ralm_writer texts;
	ralm_writer_open_memory(&texts);
	for (size_t v = 0; v < values->count; v++) {
		put_value(&texts, c, v);
		values->ends[v] = texts.used;
	}
	values->texts = texts.buffer;
	values->text_size = texts.used;
	if (ralm_writer_flush(&texts, err) != 0)
		return -1;
	for (size_t v = 0, begin = 0; v < values->count; v++) {
		values->keys[v] = ralm_user_key(
			values->texts + begin, values->ends[v] - begin, hash_seed);
		begin = values->ends[v];
	}
	return 0;
}

static int make_values(struct ralm_values *values,
		       const struct ralm_value_choice *c,
		       const struct ralm_fit *fit, struct ralm_error *err)
{
	*values = (struct ralm_values){
		.count = c->words + c->bin_count,
		.D = fit->model.table.dim,
		.users = c->users,
	};
	const size_t V = values->count;
	if (RALM_NEW(values->keys, V, err) != 0 ||
	    RALM_NEW(values->ends, V, err) != 0 ||
	    RALM_NEW(values->start, values->D, err) != 0 ||
	    RALM_NEW_ROWS(values->means, V, values->D, err) != 0 ||
	    RALM_NEW_ROWS(values->vectors, V, values->D, err) != 0)
		return -1;
	return name_values(values, c, fit->model.hash_seed, err);
}

/* The weight of each user: a vector that training moved often says more than one that it
 * hardly moved. How often is not known here, but goes with how much is told of a user. */
static float *weigh(const struct ralm_value_choice *c, struct ralm_error *err)
{
	float *weight = ralm_aligned_new(c->users, sizeof *weight, err);
	double sum = 0;
	for (size_t u = 0; u < c->users && weight != NULL; u++)
		sum += sqrt((double)(c->begin[u + 1] - c->begin[u]));
	const double mean = sum / (double)c->users;
	for (size_t u = 0; u < c->users && weight != NULL; u++)
		weight[u] = (float)(sqrt((double)(c->begin[u + 1] -
						  c->begin[u])) / mean);
	return weight;
}

/* The model's vectors: where they lie, or in a table of their own, to be released. */
static int find_vectors(struct ralm_table *own, struct ralm_fit *fit,
			struct ralm_error *err)
{
	const size_t users = fit->users, D = fit->rows->D;
	memset(own, 0, sizeof *own);
	if (fit->rows->kind->in_table)
		return 0;
	if (ralm_table_init(own, users, D, err) != 0 ||
	    ralm_table_grow(own, users, err) != 0)
		return -1;
	for (size_t row = 0; row < users; row += RALM_ROWS_PIECE)
		memcpy(ralm_table_row(own, row),
		       ralm_rows_read(fit->rows, RALM_ROW_VECTOR,
				      row / RALM_ROWS_PIECE),
		       (users - row < RALM_ROWS_PIECE ? users - row
						      : RALM_ROWS_PIECE) *
			       D * sizeof(ralm_real));
	return ralm_rows_sound(fit->rows, err);
}

static int solve(struct ralm_values *values, const struct ralm_value_choice *c,
		 struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_table own;
	struct ralm_ridge_choice found;
	const size_t fields = c->told->fields.names.count;
	float *weight = weigh(c, err);
	found.field = weight == NULL ? NULL
				     : ralm_aligned_new(fields, sizeof(double),
							err);
	int result = find_vectors(&own, fit, err);
	if (found.field == NULL)
		result = -1;
	if (result == 0) {
		const struct ralm_ridge_users users = {
			.users = c->users,
			.values = values->count,
			.fields = fields,
			.begin = c->begin,
			.value = c->user_value,
			.field = c->field,
			.weight = weight,
			.row = c->user_row,
			.table = fit->rows->kind->in_table ? &fit->model.table
						       : &own,
		};
		result = ralm_value_ridge(values->means, values->vectors,
					  values->start, &found, &users,
					  fit->threads, err);
	}
	if (result == 0) {
		values->penalty = found.penalty;
		values->explained = found.explained;
		values->fields = describe_fields(c, &found, err);
		result = values->fields != NULL ? 0 : -1;
	}
	if (result == 0)
		say_choice(fit, c, &found);
	ralm_table_release(&own);
	free(found.field);
	free(weight);
	return result;
}

/* Chooses values while the users' keys do not change. */
static int choose(struct ralm_value_choice *c, struct ralm_fit *fit,
		  struct ralm_error *err)
{
	ralm_feed_lock(&fit->feed);
	int result = ralm_value_choice_init(
		c, &fit->told, &fit->model.users, fit->users,
		fit->config->min_value_count, fit->config->value_bins, fit->threads,
		err);
	ralm_feed_unlock(&fit->feed);
	return result == 0 ? 0
			   : ralm_error_at(err, fit->config->users_path, 0, 0);
}

int ralm_fit_foresee_values(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_value_choice choice;
	if (!wanted(fit))
		return 0;
	if (choose(&choice, fit, err) != 0)
		return -1;
	ralm_value_choice_release(&choice);
	return 0;
}

int ralm_fit_find_values(struct ralm_fit *fit, struct ralm_error *err)
{
	struct ralm_value_choice choice;
	struct ralm_values values;
	if (!wanted(fit))
		return 0;
	if (choose(&choice, fit, err) != 0)
		return -1;
	int result = make_values(&values, &choice, fit, err);
	if (result == 0)
		result = solve(&values, &choice, fit, err);
	ralm_value_choice_release(&choice);
	if (result != 0) {
		ralm_values_release(&values);
		return -1;
	}
	ralm_values_release(&fit->model.values);
	fit->model.values = values;
	return 0;
}
