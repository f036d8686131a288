/* Reads what the independent implementation printed (tests/oracle/README.md)
 * and builds its batches. */
#ifndef RALM_TESTS_ORACLE_H
#define RALM_TESTS_ORACLE_H

#include "libralm/networks/network.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oracle_entry {
	char name[64];
	char word[32];  /* of a `word` line */
	double *values; /* of a `tensor` line */
	size_t count, columns;
};

struct oracle {
	struct oracle_entry *entries;
	size_t count;
};

static inline void oracle_die(const char *why, const char *what)
{
	printf("Bail out! oracle: %s: %s\n", why, what);
	exit(99);
}

static inline void oracle_read(struct oracle *oracle, const char *name)
{
	char path[4096], kind[16], line[256];
	const char *source = getenv("RALM_SRC");
	snprintf(path, sizeof path, "%s/tests/oracle/%s", source ? source : ".",
		 name);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		oracle_die("cannot open", path);
	memset(oracle, 0, sizeof *oracle);
	while (fscanf(file, "%15s", kind) == 1) {
		oracle->entries = realloc(oracle->entries,
					  (oracle->count + 1) *
						  sizeof *oracle->entries);
		struct oracle_entry *e = &oracle->entries[oracle->count++];
		memset(e, 0, sizeof *e);
		if (fscanf(file, "%63s", e->name) != 1)
			oracle_die("no name", path);
		if (!strcmp(kind, "word")) {
			if (fscanf(file, "%31s", e->word) != 1)
				oracle_die("no word", e->name);
			continue;
		}
		e->count = e->columns = 1;
		if (fgets(line, sizeof line, file) == NULL)
			oracle_die("no shape", e->name);
		for (char *p = line, *end;; p = end) {
			size_t dim = strtoul(p, &end, 10);
			if (end == p)
				break;
			e->count *= dim;
			e->columns = dim;
		}
		e->values = malloc((e->count + 1) * sizeof *e->values);
		for (size_t i = 0; i < e->count; i++)
			if (fscanf(file, "%lf", &e->values[i]) != 1)
				oracle_die("too few values", e->name);
	}
	fclose(file);
}

static inline void oracle_release(struct oracle *oracle)
{
	for (size_t i = 0; i < oracle->count; i++)
		free(oracle->entries[i].values);
	free(oracle->entries);
}

RALM_PRINTF(2, 3)
static inline const struct oracle_entry *
oracle_get(const struct oracle *oracle, const char *format, ...)
{
	char name[64];
	va_list args;
	va_start(args, format);
	vsnprintf(name, sizeof name, format, args);
	va_end(args);
	for (size_t i = 0; i < oracle->count; i++)
		if (!strcmp(oracle->entries[i].name, name))
			return &oracle->entries[i];
	oracle_die("no such tensor", name);
	return NULL;
}

static inline double oracle_number(const struct oracle *oracle,
				   const char *name)
{
	return oracle_get(oracle, "%s", name)->values[0];
}

/* The largest |got - want| / (1e-5 + 1e-4 |want|): at most 1 is equal. */
static inline double oracle_distance(const ralm_real *got,
				     const struct oracle_entry *want)
{
	double worst = 0;
	for (size_t i = 0; i < want->count; i++) {
		double d = fabs((double)got[i] - want->values[i]) /
			   (1e-5 + 1e-4 * fabs(want->values[i]));
		worst = worse(worst, d);
	}
	return worst;
}

/* What the oracle calls a parameter. */
static inline const char *oracle_name(const struct ralm_parameter *parameter)
{
	static const char *const names[][2] = {
		{"seeds_transform", "Ms"},  {"target_transform", "Mt"},
		{"local_attention", "Wl"},  {"global_attention", "Wg"},
		{"transform", "M"},	    {"transform_slope", "slope"},
		{"global_weights", "w"},    {"score_scale", "scale"},
		{"score_bias", "bias"},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i][0], parameter->spec->name))
			return names[i][1];
	oracle_die("no name", parameter->spec->name);
	return NULL;
}

static inline void oracle_parameters(struct ralm_parameters *parameters,
				     const struct oracle *oracle,
				     const char *prefix,
				     const struct ralm_network_kind *kind,
				     size_t D, size_t H)
{
	struct ralm_error err;
	if (ralm_parameters_init(parameters, &kind->specs, D, H, &err) != 0)
		oracle_die(err.message, prefix);
	for (size_t p = 0; p < parameters->count; p++) {
		const struct oracle_entry *e =
			oracle_get(oracle, "%s.%s", prefix,
				   oracle_name(&parameters->p[p]));
		for (size_t i = 0; i < e->count; i++)
			parameters->p[p].at[i] = (ralm_real)e->values[i];
	}
}

/* Builds a batch whose rows are rows of the oracle's X. place (samples) tells
 * where each of its samples went: ours stand list by list. */
static inline void oracle_batch(struct ralm_batch *batch, size_t *place,
				const struct oracle *oracle, const char *prefix)
{
	struct ralm_error err;
	const struct oracle_entry *start =
		oracle_get(oracle, "%s.list_start", prefix);
	const struct oracle_entry *user =
		oracle_get(oracle, "%s.list_user", prefix);
	const struct oracle_entry *list =
		oracle_get(oracle, "%s.sample_list", prefix);
	const double *target =
		oracle_get(oracle, "%s.sample_target", prefix)->values;
	const double *label = oracle_get(oracle, "%s.label", prefix)->values;
	uint32_t rows[64];
	ralm_batch_clear(batch);
	for (size_t l = 0; l + 1 < start->count; l++) {
		size_t first = (size_t)start->values[l];
		size_t n = (size_t)start->values[l + 1] - first, used = 0;
		for (size_t i = 0; i < n; i++)
			rows[i] = (uint32_t)user->values[first + i];
		for (size_t s = 0; s < list->count; s++) {
			if ((size_t)list->values[s] != l)
				continue;
			if (used++ == 0 &&
			    ralm_batch_add_list(batch, rows, n, &err) != 0)
				oracle_die(err.message, prefix);
			place[s] = batch->B;
			if (ralm_batch_add_sample(batch, (uint32_t)target[s],
						  label[s] != 0, &err) != 0)
				oracle_die(err.message, prefix);
		}
	}
	if (ralm_batch_finish(batch, &err) != 0)
		oracle_die(err.message, prefix);
}

#endif
