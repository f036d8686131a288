/* A model: users, their vectors, the network's parameters, and the settings that it
 * was trained with. In memory it can grow; of one that was opened from a file
 * (model_file.h) users and vectors lie in the mapped file and are only read. */
#ifndef RALM_MODEL_MODEL_H
#define RALM_MODEL_MODEL_H

#include "settings/config.h"
#include "formats/safetensors.h"
#include "model/user_ids.h"
#include "model/values.h"
#include "networks/network.h"
#include "rows/embedding_table.h"
#include "rows/rows.h"
#include "rows/users.h"

struct ralm_model {
	struct ralm_users users;
	struct ralm_user_ids ids; /* of the users */
	struct ralm_table table; /* (users.count, D), as far as it has grown */
	struct ralm_values values; /* count 0: none */
	/* In training: what holds the vectors, and gives them to files. NULL: they are
	 * in table. Not owned. */
	struct ralm_rows *rows;
	const struct ralm_network_kind *network;
	struct ralm_parameters parameters;
	struct ralm_config config; /* D and H are its user_emb_size and
				    * transformed_size */
	uint64_t steps;     /* of the optimizer, so far */
	uint64_t hash_seed; /* for keys of user ids that are no numbers */
	const char *note;   /* lines of text, NULL: none. Not owned: of an opened
			     * model it is in `file` */
	/* The opened file; a model in memory has NULL and no tensors. */
	void *mapping;
	size_t mapping_size;
	struct ralm_safetensors file;
};

/* A model without users whose parameters have their starting values, from the settings
 * alone. RALM_ERROR_CONFIG: they name an unknown network. */
int ralm_model_init(struct ralm_model *model, const struct ralm_config *config,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* Copies a model into memory, to train it further: with room for user_count users, and
 * with the texts of their ids or without. Its values and its note are not copied.
 * Uses nothing of from's file afterwards. RALM_ERROR_CONFIG: it has more users. */
int ralm_model_copy(struct ralm_model *model, const struct ralm_model *from,
		    size_t user_count, bool ids,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* The same without the users' vectors: the table stays empty. */
int ralm_model_copy_users(struct ralm_model *model,
			  const struct ralm_model *from, size_t user_count,
			  bool ids, struct ralm_error *err) RALM_MUST_CHECK;

/* Frees either kind; unmaps the file. Does nothing on a zeroed struct. */
void ralm_model_release(struct ralm_model *model);

/* RALM_ERROR_DATA unless the model has the ids of all its users. */
int ralm_model_check_ids(const struct ralm_model *model,
			   struct ralm_error *err) RALM_MUST_CHECK;

#endif
