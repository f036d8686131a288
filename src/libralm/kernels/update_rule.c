#include "kernels/update_rule.h"

unsigned ralm_rule_states(enum ralm_rule rule)
{
	return rule == RALM_RULE_SGD ? 0 : rule == RALM_RULE_ADAM ? 2 : 1;
}

size_t ralm_rule_state_size(enum ralm_rule rule, size_t n)
{
	return rule == RALM_RULE_ROWWISE_ADAGRAD ? 1 : n;
}

static unsigned what_is_bad(const struct ralm_learned *a, enum ralm_rule rule,
			    const struct ralm_update *update,
			    const ralm_real *g)
{
	unsigned bad = update->finite(g, a->n) ? 0 : RALM_BAD_GRADIENT;
	if (!update->finite(a->x, a->n))
		bad |= RALM_BAD_VALUE;
	for (unsigned i = 0; i < ralm_rule_states(rule); i++)
		if (!update->finite(a->state[i],
				    ralm_rule_state_size(rule, a->n)))
			bad |= RALM_BAD_STATE;
	return bad;
}

unsigned ralm_rule_move(const struct ralm_learned *a, enum ralm_rule rule,
			const struct ralm_update *update, const ralm_real *g,
			ralm_real rate, ralm_real keep)
{
	bool finite = true;
	switch (rule) {
	case RALM_RULE_SGD:
		finite = update->sgd(a->x, g, a->n, rate, keep);
		break;
	case RALM_RULE_ADAGRAD:
		finite = update->adagrad(a->x, a->state[0], g, a->n, rate,
					 keep);
		break;
	case RALM_RULE_ROWWISE_ADAGRAD:
		finite = update->rowwise_adagrad(a->x, a->state[0], g, a->n,
						 rate, keep);
		break;
	case RALM_RULE_ADAM:
		finite = update->adam(a->x, a->state[0], a->state[1], g, a->n,
				      rate, keep);
		break;
	}
	return finite ? 0 : what_is_bad(a, rule, update, g);
}
