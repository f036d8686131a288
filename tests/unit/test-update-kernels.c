/* The optimizers' rules, of every instruction set, beside the same in double. Rows are of
 * all lengths, and what lies behind their end stays as it was. */
#include "kernel_rows.h"

enum rule { SGD, ADAGRAD, ROWWISE_ADAGRAD, ADAM, RULES };

static bool move(const struct ralm_update *update, enum rule rule)
{
	switch (rule) {
	case SGD:
		return update->sgd(y, x[0], n, 0.25f, 0.75f);
	case ADAGRAD:
		return update->adagrad(y, x[1], x[0], n, 0.25f, 0.75f);
	case ROWWISE_ADAGRAD:
		return update->rowwise_adagrad(y, x[1], x[0], n, 0.25f, 0.75f);
	default:
		return update->adam(y, x[1], x[2], x[0], n, 0.25f, 0.75f);
	}
}

/* The state s and t of a number x, and x, after a step with gradient g. */
static void move_one(double *at, double *s, double *t, double g, double mean,
		     enum rule rule)
{
	double step = g;
	if (rule == ADAGRAD || rule == ROWWISE_ADAGRAD) {
		*s += rule == ADAGRAD ? g * g : mean;
		step = g / (sqrt(*s) + 1e-10);
	} else if (rule == ADAM) {
		*s = RALM_ADAM_B1 * *s + (1 - RALM_ADAM_B1) * g;
		*t = RALM_ADAM_B2 * *t + (1 - RALM_ADAM_B2) * g * g;
		step = *s / (sqrt(*t) + 1e-8);
	}
	*at = 0.75 * *at - 0.25 * step;
}

static bool same_step(const struct ralm_update *update, enum rule rule)
{
	double want[MOST], s[MOST] = {0}, t[MOST] = {0}, mean = 0;
	const size_t states = rule == ROWWISE_ADAGRAD ? 1 : n, length = n;
	for (size_t i = 0; i < n; i++) {
		x[1][i] = rule == ADAM ? x[1][i] : fabsf(x[1][i]);
		x[2][i] = fabsf(x[2][i]);
		mean += (double)x[0][i] * (double)x[0][i] / (double)n;
	}
	for (size_t i = states; i < ROOM; i++)
		x[1][i] = behind;
	for (size_t i = 0; i < n; i++) {
		want[i] = (double)y[i];
		s[i] = (double)x[1][rule == ROWWISE_ADAGRAD ? 0 : i];
		t[i] = (double)x[2][i];
		move_one(&want[i], &s[i], &t[i], (double)x[0][i], mean, rule);
	}
	bool good = move(update, rule) && right(y, want);
	if (rule == ADAM)
		good &= right(x[2], t);
	n = states;
	good &= rule == SGD || right(x[1], s);
	n = length;
	return good;
}

static void test_rules(const struct ralm_kernels *kernels)
{
	static const char *const names[] = {"sgd", "adagrad", "rowwise adagrad",
					    "adam"};
	for (enum rule rule = SGD; rule < RULES; rule++) {
		bool good = true, seen = true;
		for (size_t length = 1; length <= MOST; length++) {
			draw_all(length);
			good &= same_step(kernels->update, rule);
			draw_all(length);
			for (size_t i = 0; i < n; i++)
				x[1][i] = x[2][i] = 1;
			x[0][length * 7 % n] = length % 2 ? NAN : INFINITY;
			seen &= !move(kernels->update, rule);
		}
		check(good, "%s: %s moves as the formula", kernels->name,
		      names[rule]);
		check(seen, "%s: %s sees what is not finite", kernels->name,
		      names[rule]);
	}
}

static void test_finite(const struct ralm_kernels *kernels)
{
	bool finite = true;
	for (size_t length = 1; length <= MOST; length++) {
		draw_all(length);
		finite &= kernels->update->finite(y, n);
		y[length * 7 % n] = length % 2 ? NAN : -INFINITY;
		finite &= !kernels->update->finite(y, n);
	}
	check(finite, "%s: is a row finite?", kernels->name);
}

static void test_set(const struct ralm_kernels *kernels)
{
	test_rules(kernels);
	test_finite(kernels);
}

int main(void)
{
	each_set(test_set);
	return check_done();
}
