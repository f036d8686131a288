/* What an optimizer does to one array of numbers, whatever the array is: a
 * parameter of the network or the vector of a user. */
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

/* n numbers x that are learned, and beside them what the rule keeps: adagrad G,
 * rowwise_adagrad one G for all of them, adam m and v. NULL: nothing. */
struct ralm_learned {
	ralm_real *x, *state[RALM_RULE_STATES];
	size_t n;
};

/* How many arrays a rule keeps beside n numbers, and how long each is. */
unsigned ralm_rule_states(enum ralm_rule rule);
size_t ralm_rule_state_size(enum ralm_rule rule, size_t n);

/* Bits of what is not finite, a NaN or an infinity among its numbers. */
enum {
	RALM_BAD_GRADIENT = 1,
	RALM_BAD_VALUE = 2, /* x after the step */
	RALM_BAD_STATE = 4, /* what is kept, after the step */
};

/* One step. g: (n). Returns such bits; 0: all is well. */
unsigned ralm_rule_move(const struct ralm_learned *learned, enum ralm_rule rule,
			const struct ralm_update *update, const ralm_real *g,
			ralm_real rate, ralm_real keep);

#endif
