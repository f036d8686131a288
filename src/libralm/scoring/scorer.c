#include "scoring/scorer.h"

#include "device/device_scores.h"
#include "device/devices.h"
#include "formats/user_id.h"
#include "ground/memory.h"
#include "ground/value.h"
#include "model/model_file.h"
#include "networks/loss.h"

#include <stdlib.h>
#include <string.h>

static int prepare(struct ralm_scorer *scorer, struct ralm_error *err)
{
	const struct ralm_parameters *parameters = &scorer->model->parameters;
	struct ralm_prepared *network = &scorer->network;
	struct ralm_scoring_sizes *sizes = &network->sizes;
	network->D = parameters->D;
	network->H = parameters->H;
	network->alpha = scorer->model->config.alpha;
	network->kernels = ralm_kernels();
	scorer->scoring->sizes(sizes, network->D, network->H);
	scorer->row = sizes->seed > sizes->target ? sizes->seed : sizes->target;
	network->weights = ralm_aligned_new(sizes->weights,
					    sizeof *network->weights, err);
	if (network->weights == NULL)
		return -1;
	scorer->scoring->prepare(network->weights, parameters);
	return 0;
}

struct ralm_scorer *ralm_scorer_new(const struct ralm_model *model,
				    uint64_t cache, struct ralm_error *err)
{
	struct ralm_scorer *scorer = calloc(1, sizeof *scorer);
	if (scorer == NULL) {
		ralm_error_memory(err, sizeof *scorer);
		return NULL;
	}
	scorer->model = model;
	scorer->scoring = model->network->scoring;
	scorer->clusters = RALM_CLUSTERS;
	scorer->clusters_above = RALM_CLUSTERS_ABOVE;
	scorer->scale = *model->parameters.scale;
	scorer->bias = *model->parameters.bias;
	/* Lists are the smaller part: each saves the work of one list, where a
	 * user saves work in every list. */
	const uint64_t for_lists = cache / 8;
	if (prepare(scorer, err) == 0 &&
	    (scorer->lists = ralm_kept_lists_new(
		     for_lists, &scorer->network.sizes, err)) != NULL &&
	    ralm_kept_rows_init(&scorer->rows, model->users.count, scorer->row,
				cache - for_lists, err) == 0)
		return scorer;
	ralm_scorer_free(scorer);
	return NULL;
}

struct ralm_scorer *ralm_scorer_open(const char *path, uint64_t cache,
				     int flags, struct ralm_error *err)
{
	struct ralm_model *model = calloc(1, sizeof *model);
	if (model == NULL) {
		ralm_error_memory(err, sizeof *model);
		return NULL;
	}
	struct ralm_scorer *scorer = NULL;
	const struct ralm_file_version file = ralm_file_version_of(path);
	if (ralm_model_open(model, path, flags, err) == 0) {
		scorer = ralm_scorer_new(model, cache, err);
		if (scorer == NULL)
			ralm_model_release(model);
	}
	if (scorer == NULL)
		free(model);
	else {
		scorer->owned = model;
		scorer->file = file;
	}
	return scorer;
}

void ralm_scorer_use_files(struct ralm_used_files *used,
			   const struct ralm_scorer *scorer)
{
	ralm_use_version(used, "--model", &scorer->file);
	if (scorer->newcomers != NULL)
		ralm_use_file(used, RALM_FILE_READ, "--users",
			      scorer->newcomers->path);
}

void ralm_scorer_free(struct ralm_scorer *scorer)
{
	if (scorer == NULL)
		return;
	ralm_kept_rows_release(&scorer->rows);
	ralm_kept_lists_free(scorer->lists);
	ralm_newcomers_free(scorer->newcomers);
	ralm_device_scores_close(scorer->devices);
	free(scorer->network.weights);
	if (scorer->owned != NULL)
		ralm_model_release(scorer->owned);
	free(scorer->owned);
	free(scorer);
}

int ralm_scorer_users(struct ralm_scorer *scorer, const char *path,
		      enum ralm_users_known known, struct ralm_error *err)
{
	if (ralm_check_enumerator("known", known, RALM_USERS_BOTH, err) != 0)
		return -1;
	struct ralm_newcomers *newcomers =
		ralm_newcomers_new(scorer->model, path, known, err);
	if (newcomers == NULL)
		return -1;
	ralm_newcomers_free(scorer->newcomers);
	scorer->newcomers = newcomers;
	return 0;
}

int ralm_scorer_users_again(struct ralm_scorer *scorer, bool force,
			    struct ralm_error *err)
{
	return scorer->newcomers == NULL
		       ? 0
		       : ralm_newcomers_refresh(scorer->newcomers, force, err);
}

uint64_t ralm_scorer_seeds_num(const struct ralm_scorer *scorer, uint64_t wanted)
{
	if (wanted == RALM_ALL_SEEDS)
		return 0;
	return wanted != 0 ? wanted : scorer->model->config.seeds_num;
}

float ralm_scorer_score(const struct ralm_scorer *scorer, float cosine)
{
	const double x = scorer->scale * (double)cosine + scorer->bias;
	return (float)ralm_sigmoid(x);
}

int ralm_scorer_not_finite(struct ralm_error *err)
{
	return ralm_error_set(err, RALM_ERROR_NUMERIC,
			      "the model holds a number that is not finite");
}

void ralm_scorer_cluster(struct ralm_scorer *scorer, uint64_t clusters,
			 uint64_t above)
{
	scorer->clusters = clusters > 0 ? clusters : 1;
	scorer->clusters_above = above;
}

/* Whether the network leaves devices anything to do. */
static int check_device_use(const struct ralm_scorer *scorer,
			    enum ralm_device_use use, struct ralm_error *err)
{
	const char *name = scorer->model->network->name;
	if (scorer->scoring->numbers == RALM_LIST_OTHER)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "device: the network %s is scored on the "
				      "cpu alone",
				      name);
	if (use == RALM_DEVICE_SAMPLES &&
	    scorer->scoring->numbers != RALM_LIST_WEIGHTS)
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "device: samples of the network %s are "
				      "scored on the cpu alone",
				      name);
	return 0;
}

int ralm_scorer_device(struct ralm_scorer *scorer, const char *which,
		       enum ralm_device_use use, struct ralm_error *err)
{
	const struct ralm_value_kind kind = {.type = RALM_VALUE_DEVICE};
	char text[RALM_VALUE_NAME_MAX], expected[RALM_VALUE_EXPECTED_MAX];
	ralm_value_expected(expected, &kind);
	if (ralm_check_enumerator("use", use, RALM_DEVICE_AUDIENCES, err) != 0)
		return -1;
	if (!ralm_value_parse(text, &kind, which, strlen(which)))
		return ralm_error_set(err, RALM_ERROR_CONFIG,
				      "%s: %s, got '%.80s'", "device", expected,
				      which);
	struct ralm_device_scores *devices = NULL;
	if (ralm_is_device(text)) {
		if (check_device_use(scorer, use, err) != 0)
			return -1;
		devices = ralm_device_scores_open(text, err);
		if (devices == NULL)
			return -1;
	}
	ralm_device_scores_close(scorer->devices);
	scorer->devices = devices;
	return 0;
}

const struct ralm_device *ralm_scorer_device_at(const struct ralm_scorer *scorer,
						size_t i)
{
	return ralm_device_scores_at(scorer->devices, i);
}

uint64_t ralm_scorer_key(const struct ralm_scorer *scorer, const char *id,
			 size_t length)
{
	return ralm_user_key(id, length, scorer->model->hash_seed);
}
