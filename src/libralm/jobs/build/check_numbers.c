#include "jobs/build/check_numbers.h"

#include "jobs/build/held_out.h"

#include <stddef.h>

/* The ranges are those of ralm-build-data's options. */
enum { LIST_MAX = 1 << 20, FIELDS_MAX = 1000 };

struct number {
	const char *option;
	double value, min, max;
};

static int check_all(const struct number *numbers, size_t count,
		     struct ralm_error *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct number *n = &numbers[i];
		if (n->value >= n->min && n->value <= n->max) /* NaN is neither */
			continue;
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--%s: expected a number from %.10g to %.10g, got "
				      "%.10g",
				      n->option, n->min, n->max, n->value);
	}
	return 0;
}

static int check_planted(const struct ralm_planted_options *plant,
			 struct ralm_error *err)
{
	const struct number numbers[] = {
		{"users", (double)plant->users, 1, INT32_MAX},
		{"items", (double)plant->items, 1, INT32_MAX},
		{"tastes", (double)plant->tastes, 1, INT32_MAX},
		{"clicks-per-user", (double)plant->clicks_per_user, 1, INT32_MAX},
		{"noise", plant->noise, 0, 1},
		{"planted-fields", (double)plant->fields, 0, FIELDS_MAX},
	};
	return check_all(numbers, sizeof numbers / sizeof *numbers, err);
}

static int check_samples(const struct ralm_build_options *o,
			 struct ralm_error *err)
{
	const struct number numbers[] = {
		{"seeds-num", (double)o->seeds_num, 1, LIST_MAX},
		{"min-seeds", (double)o->min_seeds, 1, LIST_MAX},
		{"refresh", (double)o->refresh, 1, INT32_MAX},
		{"negatives", (double)o->negatives, 0, LIST_MAX},
		{"passes", (double)o->passes, 0, INT32_MAX},
	};
	return check_all(numbers, sizeof numbers / sizeof *numbers, err);
}

static int check_test(const struct ralm_build_options *o, struct ralm_error *err)
{
	const struct number numbers[] = {
		{"test-per-item", (double)o->test_per_item, 1, INT32_MAX},
		{"test-min-users", (double)o->test_min_users, 1, INT32_MAX},
		{"test-negatives", (double)o->test_negatives, 0, LIST_MAX},
		{"cold-seeds", o->cold_seeds, 0, 1},
	};
	if (check_all(numbers, sizeof numbers / sizeof *numbers, err) != 0)
		return -1;
	return ralm_check_ratios(o->test_ratio, o->valid_ratio, o->valid != NULL,
				 err);
}

int ralm_build_check_numbers(const struct ralm_build_options *options,
			     struct ralm_error *err)
{
	const bool test = options->test != NULL;
	if (options->planted && check_planted(&options->plant, err) != 0)
		return -1;
	if ((options->passes > 0 || test) && check_samples(options, err) != 0)
		return -1;
	return test ? check_test(options, err) : 0;
}

int ralm_check_ratios(double test, double valid, bool validation,
		      struct ralm_error *err)
{
	const struct number numbers[] = {
		{"test-ratio", test, 1e-9, 1},
		{"valid-ratio", valid, 0, 1},
	};
	if (check_all(numbers, validation ? 2 : 1, err) != 0)
		return -1;
	const double more = ralm_validation_ratio(test, valid);
	if (!validation || test + more <= 1 + 1e-9) /* 0.7 + 0.3 may be more than 1 */
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--test-ratio and --valid-ratio, %.9g and %.9g, are more "
			      "than all",
			      test, more);
}
