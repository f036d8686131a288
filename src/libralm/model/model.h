/* A model: users, their vectors, the network's parameters, the settings they
 * were learned with. In memory it grows; opened from a file (model_file.h) its
 * users and vectors lie in the mapped file and are only read. */
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
	struct ralm_values values; /* none, unless they were found */
	/* Not owned. Where the vectors are while they are learned (files are
	 * written from there); NULL: in table. */
	struct ralm_rows *rows;
	const struct ralm_network_kind *network;
	struct ralm_parameters parameters;
	struct ralm_config config; /* D and H are its user_emb_size and
				    * transformed_size */
	uint64_t steps;     /* optimizer steps behind it */
	uint64_t hash_seed; /* of user ids that are no numbers */
	const char *note;   /* lines of text; NULL: none. Not owned, but in an
			     * opened file */
	/* Of an opened file; a model in memory has NULL and no tensors. */
	void *mapping;
	size_t mapping_size;
	struct ralm_safetensors file;
};

/* A model without users, with starting values of its parameters, from the
 * settings alone. RALM_ERROR_CONFIG where they name an unknown network. */
int ralm_model_init(struct ralm_model *model, const struct ralm_config *config,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* A copy of a model in memory, to continue learning: with room for user_count
 * users, and with or without the texts of ids. from's file is not kept. */
int ralm_model_copy(struct ralm_model *model, const struct ralm_model *from,
		    size_t user_count, bool ids,
		    struct ralm_error *err) RALM_MUST_CHECK;

/* A data error where it does not know what all its users are called. */
int ralm_model_check_names(const struct ralm_model *model,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* Either kind; unmaps the file. Safe on a zeroed struct. */
void ralm_model_release(struct ralm_model *model);

/* As ralm_model_copy, for who has the users' vectors elsewhere: its table stays
 * empty. */
int ralm_model_copy_users(struct ralm_model *model,
			  const struct ralm_model *from, size_t user_count,
			  bool ids, struct ralm_error *err) RALM_MUST_CHECK;

#endif
