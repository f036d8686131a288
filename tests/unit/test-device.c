/* Networks on a device (device/devices.h) against the same on the processor, in
 * float; twice, in blocks and on two devices: the same bits. The table of users on a
 * device against the same on the host. Skipped where OpenCL has no device, or the build
 * no OpenCL. */
#include "check.h"
#include "pool.h"

#include "libralm/device/devices.h"
#include "libralm/ground/rng.h"
#include "libralm/rows/rows_local.h"

#include <stdlib.h>
#include <string.h>

static struct ralm_error err;
static struct ralm_rng rng;

static void must(int result)
{
	if (result == 0)
		return;
	printf("Bail out! %s\n", err.message);
	exit(99);
}

static ralm_real uniform(void)
{
	return (ralm_real)(2 * ralm_rng_uniform(&rng) - 1);
}

/* ---- batches ------------------------------------------------------------- */

/* Lists of these lengths in turn, until there are so many samples; their lists have
 * these many of them in turn; users are drawn from so many. */
struct shape {
	const char *name;
	size_t lengths[6], runs[4], samples, users;
};

static const struct shape shapes[] = {
	{"lists of 1, 2, 20, 32, 33", {1, 2, 20, 32, 33}, {1, 3, 2, 5}, 67, 2500},
	{"a list of 700", {3, 700}, {2, 4}, 8, 1500},
	{"one list with 200 samples", {9}, {200}, 200, 5000},
	{"all users shared", {5, 12, 1}, {4, 1, 2}, 90, 11},
};

static size_t cycle(const size_t *values, size_t most, size_t i)
{
	size_t count = 0;
	while (count < most && values[count] != 0)
		count++;
	return values[i % count];
}

static void draw(struct ralm_batch *batch, const struct shape *shape)
{
	ralm_rng_init(&rng, 12, shape->users);
	ralm_batch_clear(batch);
	for (size_t s = 0, l = 0; s < shape->samples; l++) {
		uint32_t seeds[700];
		const size_t n = cycle(shape->lengths, 6, l);
		const size_t run = cycle(shape->runs, 4, l);
		for (size_t i = 0; i < n; i++)
			seeds[i] = (uint32_t)ralm_rng_below(&rng, shape->users);
		must(ralm_batch_add_list(batch, seeds, n, &err));
		for (size_t i = 0; i < run && s < shape->samples; i++, s++)
			must(ralm_batch_add_sample(
				batch,
				(uint32_t)ralm_rng_below(&rng, shape->users),
				i % 3 == 0, &err));
	}
	must(ralm_batch_finish(batch, &err));
}

/* ---- what comes of them ---------------------------------------------------- */

struct outcome {
	ralm_real *cosine, *dX;
	size_t B, numbers; /* of dX */
	double loss;
	struct ralm_parameters gradient;
};

static void outcome_release(struct outcome *out)
{
	free(out->cosine);
	free(out->dX);
	ralm_parameters_release(&out->gradient);
}

/* On devices, or without them on the processor. */
static void work(struct outcome *out, struct ralm_network *network,
		 struct ralm_devices *devices,
		 const struct ralm_parameters *parameters, const ralm_real *E,
		 const struct ralm_batch *batch, size_t block_size)
{
	struct ralm_blocks blocks = {.count = 0};
	const size_t D = network->D;
	must(ralm_blocks_cut(&blocks, batch, block_size, &err));
	ralm_real *X = malloc(blocks.rows * D * sizeof *X);
	for (size_t i = 0; i < blocks.rows; i++)
		memcpy(X + i * D, E + blocks.row[i] * D, D * sizeof *X);
	out->B = batch->B;
	out->numbers = blocks.rows * D;
	out->cosine = malloc(batch->B * sizeof *out->cosine);
	out->dX = malloc(out->numbers * sizeof *out->dX);
	must(ralm_parameters_init(&out->gradient, &network->kind->specs, D,
				  network->H, &err));
	if (devices == NULL) {
		struct ralm_block_work alone;
		must(ralm_block_work_init(&alone, network, &err));
		must(ralm_blocks_gradient(out->cosine, &out->loss, out->dX,
					  &out->gradient, &alone, parameters, X,
					  &blocks, &err));
		ralm_block_work_release(&alone);
	} else {
		must(ralm_devices_gradient(out->cosine, &out->loss, out->dX,
					   &out->gradient, devices, parameters,
					   X, &blocks, NULL, &err));
	}
	free(X);
	ralm_blocks_release(&blocks);
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	return a->numbers == b->numbers &&
	       !memcmp(a->cosine, b->cosine, a->B * sizeof *a->cosine) &&
	       !memcmp(a->dX, b->dX, a->numbers * sizeof *a->dX) &&
	       !memcmp(&a->loss, &b->loss, sizeof a->loss) &&
	       !memcmp(a->gradient.block, b->gradient.block,
		       a->gradient.size * sizeof *a->gradient.block);
}

/* The largest error, in units of what is allowed: 1e-5 of the number and of the
 * largest one, or of `least`: a parameter's gradient is a sum in which much may
 * cancel. */
static double error_of(const ralm_real *a, const ralm_real *want, size_t n,
		       double least)
{
	double most = least, error = 0;
	for (size_t i = 0; i < n; i++)
		most = worse(most, fabs((double)want[i]));
	for (size_t i = 0; i < n; i++)
		error = worse(error, fabs((double)a[i] - (double)want[i]) /
					     (1e-5 * (fabs((double)want[i]) +
						      most) +
					      1e-30));
	return error;
}

static double error(const struct outcome *a, const struct outcome *want)
{
	double most = error_of(a->cosine, want->cosine, a->B, 1);
	most = worse(most, error_of(a->dX, want->dX, a->numbers, 0));
	for (size_t p = 0; p < want->gradient.count; p++)
		most = worse(most,
			     error_of(a->gradient.p[p].at,
				      want->gradient.p[p].at,
				      ralm_parameter_size(&want->gradient.p[p]),
				      0.1));
	return worse(most, fabs(a->loss - want->loss) / (1e-5 * want->loss));
}

/* ---- the networks ---------------------------------------------------------- */

static void test_shape(struct ralm_network *network, struct ralm_devices *one,
		       struct ralm_devices *two,
		       const struct ralm_parameters *parameters,
		       const ralm_real *E, const struct shape *shape)
{
	struct ralm_batch batch;
	struct outcome want, got, again, blocks, both;
	must(ralm_batch_init(&batch, &err));
	draw(&batch, shape);
	work(&want, network, NULL, parameters, E, &batch, 0);
	work(&got, network, one, parameters, E, &batch, 0);
	work(&again, network, one, parameters, E, &batch, 0);
	const double off = error(&got, &want);
	check(off < 1, "%s, %s: as on the processor (%.2g of what may be)",
	      network->kind->name, shape->name, off);
	check(same(&got, &again), "and again: the same bits");
	if (two != NULL) {
		work(&blocks, network, one, parameters, E, &batch, 23);
		work(&both, network, two, parameters, E, &batch, 23);
		check(same(&blocks, &both),
		      "in blocks: the same bits of one and two devices");
		outcome_release(&blocks);
		outcome_release(&both);
	}
	outcome_release(&want);
	outcome_release(&got);
	outcome_release(&again);
	ralm_batch_release(&batch);
}

static void test_network(const char *name, size_t D, size_t H,
			 enum ralm_loss loss, bool several,
			 const struct shape *shape, size_t count)
{
	struct ralm_network network;
	struct ralm_parameters parameters;
	const struct ralm_network_kind *kind = ralm_network_kind(name, &err);
	ralm_network_init(&network, kind, D, H, loss, 0.1, true, pool(2));
	ralm_rng_init(&rng, 3, D);
	size_t users = 0;
	for (size_t i = 0; i < count; i++)
		if (shape[i].users > users)
			users = shape[i].users;
	ralm_real *E = malloc(users * D * sizeof *E);
	for (size_t i = 0; i < users * D; i++)
		E[i] = uniform();
	must(ralm_parameters_init(&parameters, &kind->specs, D, network.H,
				  &err));
	ralm_parameters_start(&parameters, 3);
	*parameters.scale = 2;
	*parameters.bias = (ralm_real)0.3;
	struct ralm_devices *one = ralm_devices_open("gpu", &network, &err);
	struct ralm_devices *two =
		several ? ralm_devices_open("gpu:0,1", &network, &err) : NULL;
	if (!check(one != NULL && (two != NULL || !several),
		   "%s on a device: %s", name, one != NULL ? "" : err.message))
		exit(1);
	for (size_t i = 0; i < count; i++)
		test_shape(&network, one, two, &parameters, E, &shape[i]);
	ralm_devices_close(one);
	ralm_devices_close(two);
	free(E);
	ralm_parameters_release(&parameters);
	ralm_network_release(&network);
}

/* ---- the table ------------------------------------------------------------- */

enum { TABLE_D = 7, RNG_SEED = 5 };

/* A device whose rows are here or there, and what moves them. */
struct trained {
	struct ralm_devices *devices;
	struct ralm_rows *rows;
};

/* One step by the gradients of a batch; what is not here is not at hand. */
static struct ralm_rows_moved train(struct trained *t,
				    const struct ralm_parameters *parameters,
				    const struct ralm_batch *batch,
				    size_t block_size)
{
	struct ralm_blocks blocks = {.count = 0};
	struct ralm_row_gradients found[64];
	struct ralm_parameters gradient;
	struct ralm_rows_moved moved;
	const bool here = t->rows->kind->in_table;
	double loss;
	must(ralm_blocks_cut(&blocks, batch, block_size, &err));
	must(ralm_parameters_init(&gradient,
				  &ralm_network_kind("attention", &err)->specs,
				  TABLE_D, TABLE_D, &err));
	ralm_real *cosine = malloc(batch->B * sizeof *cosine);
	ralm_real *X = NULL, *dX = NULL;
	if (here) {
		X = malloc(blocks.rows * TABLE_D * sizeof *X);
		dX = malloc(blocks.rows * TABLE_D * sizeof *dX);
		must(ralm_rows_gather(X, t->rows, blocks.row, blocks.rows, NULL,
				      &err));
	}
	must(ralm_devices_gradient(cosine, &loss, dX, &gradient, t->devices,
				   parameters, X, &blocks, NULL, &err));
	for (size_t k = 0; k < blocks.count; k++) {
		const size_t first = blocks.block[k].first_row;
		found[k] = (struct ralm_row_gradients){
			blocks.row + first,
			blocks.place ? blocks.place + first : NULL,
			here ? dX + first * TABLE_D : NULL,
			blocks.block[k].plan.U};
	}
	must(ralm_rows_scatter(t->rows, found, blocks.count, blocks.U, &err));
	must(ralm_rows_step(&moved, t->rows, (ralm_real)0.1, (ralm_real)0.99,
			    NULL, &err));
	free(cosine);
	free(X);
	free(dX);
	ralm_parameters_release(&gradient);
	ralm_blocks_release(&blocks);
	return moved;
}

/* The largest error of what there is of all rows, as error_of has it. */
static double rows_error(struct ralm_rows *a, struct ralm_rows *want,
			 size_t users)
{
	double most = a->parts == want->parts ? 0 : INFINITY;
	for (unsigned part = 0; part < want->parts; part++)
		for (size_t row = 0; row < users; row += RALM_ROWS_PIECE) {
			const size_t i = row / RALM_ROWS_PIECE;
			const size_t n = users - row < RALM_ROWS_PIECE
						 ? users - row
						 : RALM_ROWS_PIECE;
			most = worse(most,
				     error_of(ralm_rows_read(a, part, i),
					      ralm_rows_read(want, part, i),
					      n * want->dim[part], 0));
		}
	must(ralm_rows_sound(a, &err));
	return most;
}

/* A vector that is none, on its way there and back, and to the gradients. */
static void test_bad(struct trained *there, size_t users,
		     const struct ralm_parameters *parameters,
		     const struct ralm_batch *batch)
{
	ralm_real x[2][TABLE_D] = {{1, 2, 3}, {4, 5, NAN}};
	const uint32_t row[2] = {1, 0};
	ralm_real X[2][TABLE_D];
	ralm_rows_write(there->rows, RALM_ROW_VECTOR, 0, x[0], 2);
	must(ralm_rows_gather(X[0], there->rows, row, 2, NULL, &err));
	check(!memcmp(X[0], x[1], sizeof x[1]) && !memcmp(X[1], x[0], sizeof x[0]),
	      "rows come back as they were written");
	/* Some of these have a gradient. */
	const size_t n = users < RALM_ROWS_PIECE ? users : RALM_ROWS_PIECE;
	ralm_real *all = malloc(n * sizeof x[1]);
	for (size_t u = 0; u < n; u++)
		memcpy(all + u * TABLE_D, x[1], sizeof x[1]);
	ralm_rows_write(there->rows, RALM_ROW_VECTOR, 0, all, n);
	free(all);
	const unsigned bad = train(there, parameters, batch, 0).bad;
	check((bad & RALM_BAD_GRADIENT) && (bad & RALM_BAD_VALUE),
	      "numbers that are none are told of");
}

static void test_table(enum ralm_rule rule, const struct shape *shape,
		       size_t block_size)
{
	struct ralm_network network;
	struct ralm_parameters parameters;
	struct ralm_table table;
	struct ralm_rows_local local;
	struct ralm_batch batch;
	struct trained here = {.rows = &local.rows}, there;
	const struct ralm_network_kind *kind = ralm_network_kind("attention", &err);
	const size_t users = shape->users;
	uint64_t *keys = malloc(users * sizeof *keys);
	for (size_t i = 0; i < users; i++)
		keys[i] = 3 * i + 1;
	ralm_network_init(&network, kind, TABLE_D, TABLE_D, RALM_LOG_LOSS, 0.1,
			  true, NULL);
	must(ralm_parameters_init(&parameters, &kind->specs, TABLE_D, network.H,
				  &err));
	ralm_parameters_start(&parameters, 3);
	here.devices = ralm_devices_open("gpu", &network, &err);
	there.devices = ralm_devices_open("gpu", &network, &err);
	must(here.devices != NULL && there.devices != NULL ? 0 : -1);
	there.rows = ralm_devices_rows(there.devices, rule, RNG_SEED, 0.5, &err);
	must(there.rows != NULL ? 0 : -1);
	must(ralm_table_init(&table, users, TABLE_D, &err));
	must(ralm_rows_local_init(&local, &table, 0, rule, RNG_SEED, 0.5, NULL,
				  &err));
	must(ralm_batch_init(&batch, &err));
	draw(&batch, shape);
	must(ralm_rows_fetch(here.rows, keys, users, &err));
	must(ralm_rows_fetch(there.rows, keys, 4, &err));
	const bool first = !memcmp(ralm_rows_read(there.rows, 0, 0),
				   ralm_rows_read(here.rows, 0, 0),
				   4 * TABLE_D * sizeof(ralm_real));
	must(ralm_rows_fetch(there.rows, keys, users, &err));
	bool right = first;
	for (int i = 0; i < 2; i++) {
		const struct ralm_rows_moved moved =
			train(&there, &parameters, &batch, block_size);
		right &= moved.bad == 0 &&
			 moved.rows == train(&here, &parameters, &batch,
					     block_size).rows;
	}
	const double off = rows_error(there.rows, here.rows, users);
	check(right && off < 100, "rows there, rule %d, %s: as here (%.2g of 100)",
	      (int)rule, shape->name, off);
	test_bad(&there, users, &parameters, &batch);
	ralm_rows_local_release(&local);
	ralm_table_release(&table);
	ralm_batch_release(&batch);
	ralm_devices_close(here.devices);
	ralm_devices_close(there.devices);
	ralm_parameters_release(&parameters);
	ralm_network_release(&network);
	free(keys);
}

/* For a simulator, which takes its time: every kernel, few of each. */
static void test_small(void)
{
	static const char *const names[] = {"attention", "kdd19", "average",
					    "paddlerec"};
	static const struct shape shape = {"a few", {3, 1}, {2, 1}, 5, 6};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		test_network(names[i], 3, 2, RALM_LOG_LOSS, false, &shape, 1);
	test_table(RALM_RULE_ADAM, &shape, 2);
	test_table(RALM_RULE_ROWWISE_ADAGRAD, &shape, 0);
}

int main(int argc, char **argv)
{
	struct ralm_device device;
	setenv("POCL_DEVICES", "pthread pthread", 0); /* PoCL: two of them */
	if (ralm_device(&device, 0, &err) != 1) {
		printf("1..0 # SKIP %s\n", err.message);
		return 0;
	}
	const bool several = ralm_device(&device, 1, &err) == 1;
	printf("# %s, %s\n", device.name, several ? "two devices" : "one device");
	if (argc > 1 && strcmp(argv[1], "small") == 0) {
		test_small();
		return check_done();
	}
	static const struct {
		const char *name;
		size_t D, H;
		enum ralm_loss loss;
	} networks[] = {
		{"attention", 24, 24, RALM_SOFTMAX_LOSS},
		{"paddlerec", 19, 131, RALM_LOG_LOSS},
		{"average", 130, 130, RALM_LOG_LOSS},
		{"kdd19", 20, 13, RALM_COSINE_LOSS},
	};
	/* Rows of several numbers for each work-item. */
	static const struct shape wide = {"wide rows", {4, 1, 7}, {3, 1}, 13, 20};
	test_network("attention", 1031, 1031, RALM_SOFTMAX_LOSS, false, &wide, 1);
	test_network("average", 8192, 8192, RALM_LOG_LOSS, false, &wide, 1);
	for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
		test_network(networks[i].name, networks[i].D, networks[i].H,
			     networks[i].loss, several, shapes,
			     sizeof shapes / sizeof *shapes);
	test_table(RALM_RULE_SGD, &shapes[0], 0);
	test_table(RALM_RULE_ADAGRAD, &shapes[2], 23);
	test_table(RALM_RULE_ROWWISE_ADAGRAD, &shapes[3], 7);
	test_table(RALM_RULE_ADAM, &shapes[2], 0);
	return check_done();
}
