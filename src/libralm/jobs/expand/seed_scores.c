#include "jobs/expand/seed_scores.h"

#include "ground/memory.h"
#include "jobs/expand/audience.h"
#include "scoring/scorer.h"

#include <stdlib.h>

struct ranked {
	uint32_t row;
	float better;
};

static int by_row(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return x->row < y->row ? -1 : x->row > y->row;
}

static int put_line(struct ralm_writer *writer, uint32_t row, float value,
		    const struct ranked *ranked, size_t n,
		    const struct ralm_user_names *names, struct ralm_error *err)
{
	const struct ranked wanted = {row, 0};
	const struct ranked *found =
		bsearch(&wanted, ranked, n, sizeof *ranked, by_row);
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	if (ralm_user_names_get(&id, &length, digits, names, row, err) != 0)
		return -1;
	ralm_writer_put(writer, id, length);
	ralm_writer_put_char(writer, '\t');
	ralm_writer_put_real(writer, (double)value);
	ralm_writer_put_char(writer, '\t');
	ralm_writer_put_real(writer, (double)found->better);
	ralm_writer_put_char(writer, '\n');
	return 0;
}

int ralm_seed_scores_put(struct ralm_writer *writer,
			 const struct ralm_hold_out *held,
			 const struct ralm_user_names *names,
			 const struct ralm_scorer *scorer, bool raw,
			 struct ralm_error *err)
{
	const size_t n = held->n;
	/* An audience of all seeds in reverse: who fits least comes first. */
	struct ralm_audience order;
	struct ranked *ranked = ralm_aligned_new(n, sizeof *ranked, err);
	if (ranked == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		ranked[i] = (struct ranked){held->seeds[i], held->better[i]};
	qsort(ranked, n, sizeof *ranked, by_row);
	ralm_audience_init(&order, names, n, scorer->scale >= 0);
	int result = ralm_audience_add(&order, held->seeds, held->cosine, n, err);
	ralm_audience_sort(&order, NULL);
	for (size_t i = 0; i < order.count && result == 0; i++) {
		const float c = ralm_audience_cosine(&order, i);
		result = put_line(writer, ralm_audience_row(&order, i),
				  raw ? c : ralm_scorer_score(scorer, c), ranked,
				  n, names, err);
	}
	ralm_audience_release(&order);
	free(ranked);
	return result;
}
