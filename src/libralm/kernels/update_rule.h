/* What an optimizer does to one array of numbers: a parameter of the network or
 * a user's vector. */
#ifndef RALM_KERNELS_UPDATE_RULE_H
#define RALM_KERNELS_UPDATE_RULE_H

#include "kernels/update.h"

enum ralm_rule {
	RALM_RULE_SGD,
	RALM_RULE_ADAGRAD,
	RALM_RULE_ROWWISE_ADAGRAD,
	RALM_RULE_ADAM,
};

enum { RALM_RULE_STATES = 2 }; /* arrays kept beside x, at most */

/* n learned numbers x, and the state that the rule keeps for them: adagrad G,
 * rowwise_adagrad one G for all of them, adam m and v. NULL: none. */
struct ralm_learned {
	ralm_real *x, *state[RALM_RULE_STATES];
	size_t n;
};

/* How many arrays a rule keeps beside n numbers, and how long each is. */
unsigned ralm_rule_states(enum ralm_rule rule);
size_t ralm_rule_state_size(enum ralm_rule rule, size_t n);

/* Which numbers are not finite (NaN or infinity), as bits. */
enum {
	RALM_BAD_GRADIENT = 1,
	RALM_BAD_VALUE = 2, /* x after the step */
	RALM_BAD_STATE = 4, /* the state after the step */
};

/* One step. g: (n). Returns these bits; 0: all are finite. */
unsigned ralm_rule_move(const struct ralm_learned *learned, enum ralm_rule rule,
			const struct ralm_update *update, const ralm_real *g,
			ralm_real rate, ralm_real keep);

#endif
