/* Optimizers. Every step moves the dense parameters, whose state is here, and those rows
 * of users that the batch has, whose state is beside them (rows/rows.h). Adam's bias
 * correction counts the steps of the run, as PyTorch's SparseAdam does. Weight decay
 * acts on these rows and on the parameters that decay. */
#ifndef RALM_JOBS_FIT_OPTIMIZER_H
#define RALM_JOBS_FIT_OPTIMIZER_H

#include "kernels/kernels.h"
#include "kernels/update_rule.h"
#include "networks/parameters.h"
#include "rows/rows.h"
#include "settings/config.h"

struct ralm_optimizer {
	enum ralm_optimizer_kind kind;
	double learning_rate, learning_rate_decay, weight_decay;
	uint64_t step;        /* done so far */
	uint64_t row_updates; /* rows moved, summed over those steps */
	size_t users;         /* so far; set by the caller */
	/* of the dense parameters: what the rule keeps beside them */
	enum ralm_rule rule;
	const struct ralm_update *update;
	unsigned states;
	struct ralm_parameters state[RALM_RULE_STATES]; /* (states) */
};

/* The rule by which an optimizer moves users' rows. */
enum ralm_rule ralm_optimizer_row_rule(enum ralm_optimizer_kind kind);

int ralm_optimizer_init(struct ralm_optimizer *optimizer,
			const struct ralm_config *config,
			const struct ralm_parameter_specs *specs, size_t D,
			size_t H, struct ralm_error *err) RALM_MUST_CHECK;
void ralm_optimizer_release(struct ralm_optimizer *optimizer);

/* One step, of the parameters by their gradient and of the rows of the last scatter by
 * theirs. The rate is learning_rate / (1 + learning_rate_decay * v), where v is how often
 * a user's row has been updated so far, on average: the more users, the more steps rows
 * need to settle. RALM_ERROR_NUMERIC, with a message that names the tensor: a
 * gradient, or after the step a parameter, row or state, is not finite. All of these
 * are unusable then, and the step does not count. */
int ralm_optimizer_step(struct ralm_optimizer *optimizer,
			struct ralm_parameters *parameters,
			const struct ralm_parameters *gradient,
			struct ralm_rows *rows, struct ralm_error *err)
	RALM_MUST_CHECK;

/* The rate of the next step, without Adam's bias correction. */
double ralm_optimizer_rate(const struct ralm_optimizer *optimizer);

#endif
