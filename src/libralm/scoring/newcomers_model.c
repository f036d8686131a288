/* A model with newcomers among its users. Its table shares the blocks of the first
 * model's table and has blocks of its own where rows differ. */
#include "scoring/newcomers.h"

#include "ground/memory.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = RALM_TABLE_BLOCK };

struct extended {
	struct ralm_model model; /* its head */
	size_t users;  /* of the first model */
	bool *own;     /* (blocks) of the table: is it this model's own? */
	size_t blocks;
};

/* Replaces a shared block by a copy that is the model's own. */
static int own_block(struct extended *e, size_t b, const struct ralm_table *from,
		     struct ralm_error *err)
{
	const size_t D = from->dim, begin = b * BLOCK;
	if (e->own[b])
		return 0;
	ralm_real *block = ralm_aligned_new(BLOCK, D * sizeof *block, err);
	if (block == NULL)
		return -1;
	if (begin < e->users)
		memcpy(block, ralm_table_row(from, begin),
		       (e->users - begin < BLOCK ? e->users - begin : BLOCK) *
			       D * sizeof *block);
	e->model.table.blocks[b] = block;
	e->own[b] = true;
	return 0;
}

static int start_table(struct extended *e, const struct ralm_table *from,
		       size_t rows, struct ralm_error *err)
{
	struct ralm_table *table = &e->model.table;
	const size_t shared = ralm_table_blocks(e->users);
	*table = (struct ralm_table){
		.rows = rows, .dim = from->dim, .max_rows = rows, .borrowed = true};
	e->blocks = ralm_table_blocks(rows);
	if (RALM_NEW(table->blocks, e->blocks, err) != 0 ||
	    RALM_NEW(e->own, e->blocks, err) != 0)
		return -1;
	memcpy(table->blocks, from->blocks, shared * sizeof *table->blocks);
	for (size_t b = e->users / BLOCK; b < e->blocks; b++)
		if (own_block(e, b, from, err) != 0)
			return -1;
	return 0;
}

static int start_users(struct extended *e, const struct ralm_model *from,
		       const struct ralm_told *told, struct ralm_error *err)
{
	struct ralm_users *users = &e->model.users;
	memset(users, 0, sizeof *users);
	if (ralm_users_init(users, e->users + told->sets.count, err) != 0 ||
	    ralm_user_ids_copy(&e->model.ids, &from->ids, err) != 0)
		return -1;
	return ralm_users_copy(users, &from->users, err);
}

/* Adds the user with that number in told, or sets the vector of a known one, to x. */
static int add_newcomer(struct extended *e, const struct ralm_newcomers *n,
			uint32_t number, const ralm_real *x,
			struct ralm_error *err)
{
	const struct ralm_told *told = &n->told;
	const uint64_t key = told->sets.keys[number];
	const size_t D = e->model.table.dim;
	char digits[RALM_USER_ID_DIGITS];
	const char *id;
	size_t length;
	uint32_t row;
	bool added;
	if (ralm_users_add(&row, &added, &e->model.users, key, err) != 0)
		return -1;
	if (added && (ralm_user_ids_get(&id, &length, digits, &told->ids,
					number, key, n->model->hash_seed,
					err) != 1 ||
		      ralm_user_ids_add(&e->model.ids, row, key, id, length,
					err) != 0))
		return -1;
	if (own_block(e, row / BLOCK, &n->model->table, err) != 0)
		return -1;
	memcpy(ralm_table_row(&e->model.table, row), x, D * sizeof *x);
	return 0;
}

static int add_newcomers(struct extended *e, struct ralm_newcomers *n,
			 struct ralm_error *err)
{
	ralm_real *x = ralm_aligned_new(n->model->table.dim, sizeof *x, err);
	int result = x != NULL ? 0 : -1;
	for (size_t i = 0; i < n->told.sets.count && result == 0; i++) {
		const uint64_t key = n->told.sets.keys[i];
		const bool in_model = ralm_users_find(&n->model->users, key) !=
				      RALM_ROW_NONE;
		if (ralm_newcomers_provide(n, key, in_model) &&
		    ralm_newcomers_vector(x, n, key))
			result = add_newcomer(e, n, (uint32_t)i, x, err);
	}
	free(x);
	e->model.table.rows = e->model.users.count;
	return result;
}

static int extend(struct extended *e, struct ralm_newcomers *n,
		  struct ralm_error *err)
{
	const struct ralm_model *from = n->model;
	if (start_users(e, from, &n->told, err) != 0 ||
	    start_table(e, &from->table, e->users + n->told.sets.count, err) !=
		    0)
		return -1;
	return add_newcomers(e, n, err);
}

struct ralm_model *ralm_newcomers_model(struct ralm_newcomers *n,
					struct ralm_error *err)
{
	const struct ralm_model *from = n->model;
	struct extended *e = calloc(1, sizeof *e);
	if (e == NULL) {
		ralm_error_memory(err, sizeof *e);
		return NULL;
	}
	e->model = *from;
	e->model.mapping = NULL;
	e->model.table.blocks = NULL;
	e->users = from->users.count;
	memset(&e->model.ids, 0, sizeof e->model.ids);
	ralm_newcomers_hold(n);
	const int result = extend(e, n, err);
	ralm_newcomers_let_go(n);
	if (result == 0)
		return &e->model;
	ralm_newcomers_model_free(&e->model);
	return NULL;
}

void ralm_newcomers_model_free(struct ralm_model *model)
{
	struct extended *e = (struct extended *)model;
	if (e == NULL)
		return;
	for (size_t b = 0; b < e->blocks && e->own != NULL; b++)
		if (e->own[b])
			free(model->table.blocks[b]);
	free(e->own);
	free(model->table.blocks);
	ralm_users_release(&model->users);
	ralm_user_ids_release(&model->ids);
	free(e);
}
