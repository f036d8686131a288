#include "jobs/build/popularity.h"

#include "ground/memory.h"
#include "metrics/auc.h"

#include <stdlib.h>
#include <string.h>

int ralm_popularity_init(struct ralm_popularity *popularity,
			 const uint32_t *activity, size_t users,
			 struct ralm_error *err)
{
	memset(popularity, 0, sizeof *popularity);
	popularity->activity = activity;
	for (size_t u = 0; u < users; u++)
		if (activity[u] > popularity->most)
			popularity->most = activity[u];
	popularity->positives = ralm_aligned_new(
		popularity->most + 1, sizeof *popularity->positives, err);
	popularity->negatives = ralm_aligned_new(
		popularity->most + 1, sizeof *popularity->negatives, err);
	if (popularity->positives != NULL && popularity->negatives != NULL)
		return 0;
	ralm_popularity_release(popularity);
	return -1;
}

void ralm_popularity_release(struct ralm_popularity *popularity)
{
	free(popularity->positives);
	free(popularity->negatives);
	memset(popularity, 0, sizeof *popularity);
}

void ralm_popularity_add(struct ralm_popularity *popularity, uint32_t user,
			 int label)
{
	if (popularity == NULL)
		return;
	uint32_t activity = popularity->activity[user];
	if (label)
		popularity->positives[activity]++;
	else
		popularity->negatives[activity]++;
}

double ralm_popularity_auc(const struct ralm_popularity *popularity)
{
	double pairs = 0, total[2] = {0, 0};
	for (size_t a = 0; a <= popularity->most; a++) {
		double p = (double)popularity->positives[a];
		double n = (double)popularity->negatives[a];
		pairs += p * (2 * total[0] + n);
		total[0] += n;
		total[1] += p;
	}
	return ralm_pairs_auc(pairs, total);
}
