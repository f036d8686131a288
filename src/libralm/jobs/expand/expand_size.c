#include "jobs/expand/expand_size.h"

#include "ground/error.h"
#include "ground/numbers.h"

#include <math.h>
#include <string.h>

static const char usual_sizes[] = "0.1%,0.2%,0.5%,1%,2%,5%,10%,20%,50%";

static int parse_text(struct ralm_share *share, const char *name,
		      const char *text, size_t length, struct ralm_error *err)
{
	uint64_t count;
	*share = (struct ralm_share){.given = true};
	if (length > 0 && text[length - 1] == '%') {
		share->percent = true;
		if (ralm_parse_double(&share->value, text, length - 1) &&
		    share->value > 0 && share->value <= 100)
			return 0;
	} else if (ralm_parse_u64(&count, text, length, UINT32_MAX) &&
		   count > 0) {
		share->value = (double)count;
		return 0;
	}
	return ralm_error_set(err, RALM_ERROR_CONFIG,
			      "--%s: expected a whole number from 1, or a share up to 100%%, got '%.*s'",
			      name, ralm_shown(length), text);
}

static int parse_share(struct ralm_share *share, const char *name,
		       const char *text, struct ralm_error *err)
{
	*share = (struct ralm_share){.given = false};
	return text == NULL ? 0
			    : parse_text(share, name, text, strlen(text), err);
}

/* Sizes with commas between. */
static int parse_sizes(struct ralm_expand_size *size, const char *text,
		       struct ralm_error *err)
{
	for (;; text++) {
		const size_t length = strcspn(text, ",");
		if (size->curve_count == RALM_SIZES_MOST)
			return ralm_error_set(err, RALM_ERROR_CONFIG,
					      "--sizes: more than %d sizes",
					      RALM_SIZES_MOST);
		if (parse_text(&size->curve[size->curve_count++], "sizes", text,
			       length, err) != 0)
			return -1;
		text += length;
		if (*text == '\0')
			return 0;
	}
}

int ralm_expand_size_parse(struct ralm_expand_size *size,
			   const struct ralm_expand_options *options,
			   struct ralm_error *err)
{
	const char *least = options->min_score;
	if (parse_share(&size->size, "size", options->size, err) != 0 ||
	    parse_share(&size->from, "from", options->from, err) != 0)
		return -1;
	const bool curve = options->curve != NULL || options->report != NULL;
	const char *sizes = options->sizes ? options->sizes : usual_sizes;
	size->curve_count = 0;
	if (curve && parse_sizes(size, sizes, err) != 0)
		return -1;
	size->audience = !options->no_audience;
	double number = 0;
	size->has_min_score = least != NULL;
	if (least != NULL && !ralm_parse_double(&number, least, strlen(least)))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--min-score: expected a number, got '%s'",
				      least);
	size->min_score = (float)number;
	const struct ralm_share *a = &size->size, *b = &size->from;
	if (a->given && b->given && a->percent == b->percent &&
	    b->value >= a->value)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--from: '%s' leaves nothing of --size, '%s'",
				      options->from, options->size);
	return 0;
}

/* A whole number, at least 1. */
static double count_of(const struct ralm_share *share, size_t candidates)
{
	if (!share->percent)
		return share->value;
	/* 7 % of 100 are 7, whatever was rounded on the way. */
	return fmax(1, ceil(share->value * (double)candidates / 100 - 1e-9));
}

size_t ralm_share_count(const struct ralm_share *share, size_t candidates)
{
	return (size_t)count_of(share, candidates);
}

int ralm_expand_ranks(size_t *from, size_t *end,
		      const struct ralm_expand_size *size, size_t candidates,
		      struct ralm_error *err)
{
	const double all = (double)candidates;
	double last = size->size.given ? count_of(&size->size, candidates) : all;
	double first = size->from.given ? count_of(&size->from, candidates) : 0;
	if (last > all)
		last = all;
	if (first >= last)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "--from: of %zu candidates none is behind the first %.0f and among the first %.0f",
				      candidates, first, last);
	*from = (size_t)first;
	*end = (size_t)last;
	return 0;
}
