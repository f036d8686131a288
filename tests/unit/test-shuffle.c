/* samples/shuffle: batches of any size hold every sample of a store once, each with
 * its list, run after run, in an order that rng_seed and turn decide; where they
 * are to, batches and runs hold whole choices. */
#include "check.h"
#include "uneven.h"

#include "libralm/samples/shuffle.h"

enum { COUNT = 613, BATCHES_MOST = COUNT + 2 };

static struct ralm_error err;
static struct uneven samples[COUNT];
static struct ralm_sample_store store;
static struct ralm_span span; /* the samples, others stand around them */
static bool whole_choices;

static void add_others(void)
{
	const uint32_t row = 1;
	uneven_must(ralm_sample_store_add_list(&store, &row, 1, &err), &err);
	for (int i = 0; i < 2 * RALM_RUN_MAX + 1; i++)
		uneven_must(ralm_sample_store_add(&store, 1, i % 2, true, &err),
			    &err);
}

/* In the store a target is the number of its sample, a seed the key. */
static void fill_store(bool choices)
{
	whole_choices = choices;
	uneven_must(ralm_sample_store_init(&store, UINT64_MAX, NULL, &err), &err);
	add_others();
	span = (struct ralm_span){.store = &store, .begin = store.count};
	for (size_t i = 0; i < COUNT; i++) {
		uint32_t rows[UNEVEN_SEEDS];
		for (size_t s = 0; s < samples[i].n; s++)
			rows[s] = (uint32_t)samples[i].seeds[s];
		if (i == 0 || !samples[i].same)
			uneven_must(ralm_sample_store_add_list(&store, rows,
							       samples[i].n,
							       &err),
				    &err);
		uneven_must(ralm_sample_store_add(&store, (uint32_t)(2000 + i),
						  samples[i].label,
						  !choices ||
						  uneven_begins(samples, i),
						  &err),
			    &err);
	}
	span.end = store.count;
	add_others();
}

/* The list that sample s of a batch stands under, seed by seed. */
static bool has_list(const struct ralm_batch *batch, size_t s,
		     const struct uneven *sample)
{
	size_t list = 0;
	while (list < batch->L && batch->sample_start[list + 1] <= s)
		list++;
	if (list == batch->L)
		return false;
	size_t first = batch->list_start[list];
	bool same = batch->list_start[list + 1] - first == sample->n;
	for (size_t i = 0; same && i < sample->n; i++)
		same = batch->row[batch->list_user[first + i]] ==
		       sample->seeds[i];
	return same;
}

/* Has the batch, from order[first] on, as much as it has room for? */
static bool right_size(const size_t *order, size_t first, size_t B,
		       size_t batch_size)
{
	const size_t left = COUNT - first;
	if (!whole_choices)
		return B == (left < batch_size ? left : batch_size);
	size_t choices = 0, next = 0;
	for (size_t i = 0; i < B; i++)
		choices += uneven_begins(samples, order[first + i]);
	if (B < left)
		next = uneven_choice_end(samples, order[first + B], COUNT) -
		       order[first + B];
	return uneven_begins(samples, order[first]) &&
	       (B < left ? uneven_begins(samples, order[first + B])
			 : B <= left) &&
	       (B <= batch_size || choices == 1) &&
	       (B == left || B + next > batch_size);
}

/* The numbers of all samples in the order of training. False: one of them is
 * there with another list or label, or a batch has not the size it should. */
static bool take_all(size_t order[COUNT], size_t batch_size, uint64_t rng_seed,
		     uint64_t turn)
{
	struct ralm_shuffle shuffle = {.order = NULL};
	struct ralm_batch batch;
	size_t count = 0, sizes[COUNT], batches = 0;
	bool right = true;
	int got;
	uneven_must(ralm_batch_init(&batch, &err), &err);
	batch.whole_choices = whole_choices;
	uneven_must(ralm_shuffle_begin(&shuffle, &span, rng_seed, turn, &err),
		    &err);
	while ((got = ralm_shuffle_next(&batch, &shuffle, batch_size, &err)) ==
	       1) {
		size_t lists = 1;
		right = count + batch.B <= COUNT && batch.B > 0;
		sizes[batches++] = batch.B;
		for (size_t s = 0; right && s < batch.B; s++) {
			size_t i = batch.row[batch.target[s]] - 2000;
			right = i < COUNT && has_list(&batch, s, &samples[i]) &&
				batch.label[s] == samples[i].label;
			lists += s > 0 && i != order[count - 1] + 1;
			order[count++] = i;
		}
		if (!right)
			break;
		/* no list without a sample, none twice but where runs say so */
		right = batch.L >= lists && batch.L <= batch.B;
	}
	for (size_t k = 0, first = 0; right && count == COUNT && k < batches;
	     first += sizes[k++])
		right = right_size(order, first, sizes[k], batch_size);
	right &= got == 0 || !right;
	right &= ralm_shuffle_next(&batch, &shuffle, batch_size, &err) == 0;
	ralm_shuffle_release(&shuffle);
	ralm_batch_release(&batch);
	return right && count == COUNT;
}

static bool each_once(const size_t order[COUNT])
{
	unsigned char seen[COUNT] = {0};
	bool once = true;
	for (size_t i = 0; i < COUNT; i++)
		once &= !seen[order[i]]++;
	return once;
}

/* Where a run that is long enough may end before sample i. */
static bool may_cut(size_t i, size_t length)
{
	return whole_choices ? length >= RALM_RUN_MAX && uneven_begins(samples, i)
			     : length % RALM_RUN_MAX == 0;
}

/* Runs stand whole, wherever they went. */
static bool runs_whole(const size_t order[COUNT])
{
	bool whole = true;
	for (size_t i = 0, in_run = 0; i < COUNT; i++) {
		in_run = i > 0 && order[i] == order[i - 1] + 1 &&
					 samples[order[i]].same
				 ? in_run + 1
				 : 0;
		/* a sample that shares its list begins a run only so far on */
		if (in_run == 0 && samples[order[i]].same) {
			size_t first = order[i];
			while (samples[first].same)
				first--;
			whole &= may_cut(order[i], order[i] - first);
		}
	}
	return whole;
}

static void test_batches(void)
{
	static const size_t sizes[] = {1,  2,  3,   4,	  5,	   7,	  64,
				       65, 97, 306, COUNT - 1, COUNT, COUNT + 1};
	size_t order[COUNT], first[COUNT];
	bool right = true, once = true, whole = true, same = true;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		bool got = take_all(order, sizes[i], 3, 4);
		right &= got;
		if (!got)
			break;
		once &= each_once(order);
		whole &= runs_whole(order);
		if (i == 0)
			memcpy(first, order, sizeof order);
		same &= !memcmp(first, order, sizeof order);
	}
	check(right, "batches are full but for the last, samples have their lists");
	check(once, "every sample is there once");
	check(whole, "runs stay together, also across batches");
	check(same, "the order is the same whatever the batch size, with %s",
	      whole_choices ? "whole choices" : "samples one by one");
}

static size_t in_place(const size_t *a, const size_t *b)
{
	size_t same = 0;
	for (size_t i = 0; i < COUNT; i++)
		same += a[i] == b[i];
	return same;
}

static void test_orders(void)
{
	size_t a[COUNT], b[COUNT], c[COUNT], sorted[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		sorted[i] = i;
	check(take_all(a, 10, 3, 4) && take_all(b, 10, 3, 5) &&
		      take_all(c, 10, 4, 4) && in_place(a, b) < COUNT / 4 &&
		      in_place(a, c) < COUNT / 4 && in_place(b, c) < COUNT / 4 &&
		      in_place(a, sorted) < COUNT / 4,
	      "another turn or rng_seed is another order");

	/* Where a run goes is uniform: the first place over many turns. */
	enum { TURNS = 20000 };
	static int at_first[COUNT];
	struct ralm_shuffle shuffle = {.order = NULL};
	for (uint64_t turn = 0; turn < TURNS; turn++) {
		uneven_must(ralm_shuffle_begin(&shuffle, &span, 1, turn, &err),
			    &err);
		at_first[shuffle.order[0]]++;
	}
	const size_t runs = span.end.runs - span.begin.runs;
	double n = (double)runs, chi = 0;
	for (size_t r = 0; r < runs; r++)
		chi += pow(at_first[r] - TURNS / n, 2) / (TURNS / n);
	check(chi < n + 5 * sqrt(2 * n),
	      "every run is as likely first (chi square %.1f of %.0f)", chi, n);
	ralm_shuffle_release(&shuffle);
}

static void test_empty(void)
{
	const struct ralm_span none = {&store, span.end, span.end};
	struct ralm_shuffle shuffle = {.order = NULL};
	struct ralm_batch batch;
	uneven_must(ralm_batch_init(&batch, &err), &err);
	check(ralm_shuffle_begin(&shuffle, &none, 1, 0, &err) == 0 &&
		      ralm_shuffle_next(&batch, &shuffle, 3, &err) == 0 &&
		      batch.B == 0,
	      "nothing out of nothing");
	ralm_shuffle_release(&shuffle);
	ralm_batch_release(&batch);
}

int main(void)
{
	uneven_make(samples, COUNT, 2);
	fill_store(false);
	test_batches();
	test_orders();
	ralm_sample_store_release(&store);
	fill_store(true);
	test_batches();
	ralm_sample_store_release(&store);
	uneven_sparse_clicks(samples, COUNT);
	fill_store(true);
	test_batches();
	test_empty();
	ralm_sample_store_release(&store);
	return check_done();
}
