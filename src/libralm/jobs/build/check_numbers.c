#include "jobs/build/check_numbers.h"

#include "jobs/build/held_out.h"

#include <stddef.h>

/* The ranges are those of ralm-build-data's options. */
enum { LIST_MAX = 1 << 20, FIELDS_MAX = 1000 };

struct number {
	bool counts; /* else it may be anything */
	const char *option;
	double value, min, max;
};

static int check_all(const struct number *numbers, size_t count,
		     struct ralm_error *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct number *n = &numbers[i];
		if (n->counts && ralm_check_range(n->option, n->value, n->min, n->max,
						  err) != 0)
			return -1;
	}
	return 0;
}

static int check_enumerators(const struct ralm_build_options *o, bool samples,
			     bool test, struct ralm_error *err)
{
	if (samples && (ralm_check_enumerator("seed_order", o->seed_order,
					      RALM_SEEDS_RECENT, err) != 0 ||
			ralm_check_enumerator("lists", o->lists,
					      RALM_LISTS_EACH, err) != 0 ||
			ralm_check_enumerator("negative_sampling",
					      o->negative_sampling,
					      RALM_NEGATIVES_RANK, err) != 0))
		return -1;
	return test ? ralm_check_enumerator("split_by", o->split_by,
					    RALM_SPLIT_SAMPLE, err)
		    : 0;
}

int ralm_build_check_numbers(const struct ralm_build_options *o,
			     struct ralm_error *err)
{
	const struct ralm_planted_options *log = &o->plant;
	const bool planted = o->planted, test = o->test != NULL;
	const bool samples = o->passes > 0 || test;
	const struct number numbers[] = {
		{planted, "users", (double)log->users, 1, INT32_MAX},
		{planted, "items", (double)log->items, 1, INT32_MAX},
		{planted, "tastes", (double)log->tastes, 1, INT32_MAX},
		{planted, "clicks-per-user", (double)log->clicks_per_user, 1,
		 INT32_MAX},
		{planted, "noise", log->noise, 0, 1},
		{planted, "planted-fields", (double)log->fields, 0, FIELDS_MAX},
		{samples, "seeds-num", (double)o->seeds_num, 1, LIST_MAX},
		{samples, "min-seeds", (double)o->min_seeds, 1, LIST_MAX},
		{samples, "refresh", (double)o->refresh, 1, INT32_MAX},
		{samples, "negatives", (double)o->negatives, 0, LIST_MAX},
		{samples, "passes", (double)o->passes, 0, INT32_MAX},
		{test, "test-per-item", (double)o->test_per_item, 1, INT32_MAX},
		{test, "test-min-users", (double)o->test_min_users, 1, INT32_MAX},
		{test, "test-negatives", (double)o->test_negatives, 0, LIST_MAX},
		{test, "cold-seeds", o->cold_seeds, 0, 1},
	};
	if (check_all(numbers, sizeof numbers / sizeof *numbers, err) != 0 ||
	    check_enumerators(o, samples, test, err) != 0)
		return -1;
	return test ? ralm_check_ratios(o->test_ratio, o->valid_ratio,
					o->valid != NULL, err)
		    : 0;
}

int ralm_check_ratios(double test, double valid, bool validation,
		      struct ralm_error *err)
{
	const struct number numbers[] = {
		{true, "test-ratio", test, 1e-9, 1},
		{validation, "valid-ratio", valid, 0, 1},
	};
	if (check_all(numbers, sizeof numbers / sizeof *numbers, err) != 0)
		return -1;
	const double more = ralm_validation_ratio(test, valid);
	if (!validation || test + more <= 1 + 1e-9) /* 0.7 + 0.3 may be more than 1 */
		return 0;
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--test-ratio and --valid-ratio, %.9g and %.9g, are more "
			      "than all",
			      test, more);
}
