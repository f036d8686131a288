/* Rows (rows/rows.h) in the memory of a device, where the network works on them: vectors
 * come to the host for files and validation alone, and gradients never.
 *
 * Each part (vectors, what the optimizer keeps) of all rows is one buffer, which grows as
 * ralm_opencl_grow says. If the device has no memory for one of twice the size, it grows
 * by the new rows alone: all of it is copied again with the next ones. The vectors of new
 * users are drawn on the host, and sent when their rows are first needed. */
#ifndef RALM_DEVICE_ROWS_DEVICE_H
#define RALM_DEVICE_ROWS_DEVICE_H

#include "device/device_plan.h"
#include "kernels/update_rule.h"
#include "rows/new_keys.h"
#include "rows/rows.h"

struct ralm_rows_device {
	struct ralm_rows rows; /* its head */
	struct ralm_opencl *device; /* not owned; NULL: the rows are not on a device */
	struct ralm_opencl_buffer part[RALM_ROW_PARTS]; /* (count,dim) */
	size_t count; /* rows made */
	enum ralm_rule rule;
	uint64_t rng_seed;
	double deviation; /* of a new user's vector */

	struct ralm_new_keys waiting;

	/* This step has U distinct rows. The u-th is row[u], and its gradient the sum of
	 * rows index[start[u]] to index[start[u + 1] - 1] of `found`. */
	struct ralm_device_array row, start, index;
	struct ralm_opencl_buffer found; /* the gradients of all blocks, one behind the
					  * other, (rows of X,D) */
	struct ralm_opencl_buffer bad;   /* bits of update_rule.h */
	size_t U;

	/* For gather. */
	struct ralm_opencl_buffer gathered; /* uint32_t: which rows */
	struct ralm_opencl_buffer X;
	/* For files and new users: rows on the host, and their copy on the device. */
	ralm_real *piece; /* (RALM_ROWS_PIECE,largest dim) */
	struct ralm_opencl_buffer piece_buffer;
};

/* No rows, on an open device. On failure nothing is to be released. */
int ralm_rows_device_init(struct ralm_rows_device *table,
			  struct ralm_opencl *device, size_t D,
			  enum ralm_rule rule, uint64_t rng_seed,
			  double deviation, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_rows_device_release(struct ralm_rows_device *table); /* zeroed: nothing */

/* Queues: X (n,D), on the device, = the vectors of rows `row` (n), which must not change
 * until the next finish. */
int ralm_rows_device_gather(struct ralm_opencl_buffer *X,
			    struct ralm_rows_device *table, const uint32_t *row,
			    size_t n, struct ralm_error *err) RALM_MUST_CHECK;
/* Queues: keeps the gradients dX (n,D) of a block for the next step. They are those of
 * rows first to first + n - 1 of the batch's X, which has `all`. Blocks come in their
 * order. */
void ralm_rows_device_keep(struct ralm_rows_device *table,
			   const struct ralm_opencl_buffer *dX, size_t first,
			   size_t n, size_t all);

#endif
