/* Rows (rows/rows.h) in the memory of a device, where the network works on them:
 * neither vectors nor gradients come to the host, but for files and validation.
 *
 * A part of all rows lies in one buffer. One that is full moves to one more than twice
 * as large, or, where that is not to be had, to one that just holds the new rows: then
 * all of it moves again with the next ones. Both are there while it moves. New users'
 * vectors are drawn here, and sent when their rows are first needed. */
#ifndef RALM_DEVICE_ROWS_DEVICE_H
#define RALM_DEVICE_ROWS_DEVICE_H

#include "device/device_plan.h"
#include "kernels/update_rule.h"
#include "rows/new_keys.h"
#include "rows/rows.h"

struct ralm_rows_device {
	struct ralm_rows rows; /* its head */
	struct ralm_opencl *device; /* not owned; NULL: there are no rows */
	struct ralm_opencl_buffer part[RALM_ROW_PARTS]; /* (count,dim) */
	size_t count; /* rows made */
	enum ralm_rule rule;
	uint64_t rng_seed;
	double deviation; /* of a new user's vector */

	struct ralm_new_keys waiting;

	/* The step at hand: of its U distinct rows the u-th is row[u], and its
	 * gradient the sum of the rows index[start[u]] to index[start[u + 1] - 1]
	 * of what blocks have found. */
	struct ralm_device_array row, start, index;
	struct ralm_opencl_buffer found; /* (rows of X,D) */
	struct ralm_opencl_buffer bad;
	size_t U;

	/* What is gathered, and on its way to or from files. */
	struct ralm_opencl_buffer gathered; /* numbers of rows */
	struct ralm_opencl_buffer X, piece_there;
	ralm_real *piece; /* (RALM_ROWS_PIECE,largest dim) */
};

int ralm_rows_device_init(struct ralm_rows_device *there,
			  struct ralm_opencl *device, size_t D,
			  enum ralm_rule rule, uint64_t rng_seed,
			  double deviation, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_rows_device_release(struct ralm_rows_device *there); /* zeroed: nothing */

/* Queues: X (n,D), there, = the vectors of rows row (n), which stand still until the
 * next finish. */
int ralm_rows_device_gather(struct ralm_opencl_buffer *X,
			    struct ralm_rows_device *there, const uint32_t *row,
			    size_t n, struct ralm_error *err) RALM_MUST_CHECK;
/* Queues: keeps the gradients (n,D) that a block has found, for the next step; all:
 * how many rows its batch has, of which these begin with `first`. */
void ralm_rows_device_keep(struct ralm_rows_device *there,
			   const struct ralm_opencl_buffer *dX, size_t first,
			   size_t n, size_t all);

#endif
