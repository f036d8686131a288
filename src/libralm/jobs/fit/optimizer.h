/* Optimizers. Dense parameters move every step; of the table's rows only those
 * that the batch touched, with their own state beside them (adam's bias
 * correction counts the steps of the run, as PyTorch's SparseAdam does).
 * Weight decay acts on touched rows and on the parameters that decay. */
#ifndef RALM_MODEL_OPTIMIZER_H
#define RALM_MODEL_OPTIMIZER_H

#include "ground/threads.h"
#include "settings/config.h"
#include "networks/parameters.h"
#include "rows/embedding_table.h"
#include "kernels/update.h"

struct ralm_optimizer {
	enum ralm_optimizer_kind kind;
	double learning_rate, learning_rate_decay, weight_decay;
	struct ralm_threads *threads; /* not owned; NULL: the caller alone */
	const struct ralm_update *update;
	uint64_t step;        /* done so far */
	uint64_t row_updates; /* rows moved, summed over those steps */
	size_t rows;          /* reserved: the users met so far */
	/* State, as much as the class needs; for saving and resuming.
	 * adagrad: first = G. rowwise_adagrad: first = G, one column.
	 * adam: first = m, second = v. */
	int tables; /* 0, 1 or 2 of the following are in use */
	struct ralm_table row_state[2];
	int blocks;
	struct ralm_parameters dense_state[2];
};

int ralm_optimizer_init(struct ralm_optimizer *optimizer,
			enum ralm_optimizer_kind kind, double learning_rate,
			double learning_rate_decay, double weight_decay,
			const struct ralm_parameter_specs *specs, size_t D,
			size_t H, size_t max_rows,
			struct ralm_threads *threads, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_optimizer_release(struct ralm_optimizer *optimizer);

/* Makes room for the state of the table's first `rows` rows. */
int ralm_optimizer_reserve(struct ralm_optimizer *optimizer, size_t rows,
			   struct ralm_error *err) RALM_MUST_CHECK;

/* One step. rows: (U) distinct rows of table, all reserved; dX (U,D) their
 * gradients. The rate is learning_rate / (1 + learning_rate_decay * v), where v
 * is how often a reserved row has moved before, on the average. Steps would not
 * do: a log of many users needs more of them before its rows have settled.
 * RALM_ERROR_NUMERIC, with a message that names the tensor: a NaN or an
 * infinity in a gradient, or in what the step made of a parameter, a row or
 * their state. All of these are of no use then, and the step does not count. */
int ralm_optimizer_step(struct ralm_optimizer *optimizer,
			struct ralm_parameters *parameters,
			struct ralm_table *table,
			const struct ralm_parameters *gradient,
			const ralm_real *dX, const uint32_t *rows, size_t U,
			struct ralm_error *err) RALM_MUST_CHECK;

/* The rate of the next step, before what Adam makes of it. */
double ralm_optimizer_rate(const struct ralm_optimizer *optimizer);

#endif
