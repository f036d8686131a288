/* OpenCL, as much of it as the device room needs: devices, buffers, kernels. CL/cl.h is
 * included by opencl.c and opencl_devices.c alone.
 *
 * Commands are queued and run in their order, while the caller goes on. The first
 * failure is kept, and commands after it do nothing; ralm_opencl_finish, which waits,
 * returns it. So the passes of a network are written like their formulas, without a
 * check after each command. */
#ifndef RALM_DEVICE_OPENCL_H
#define RALM_DEVICE_OPENCL_H

#include <stdbool.h>

#include "ground/error.h"

struct _cl_mem;
struct _cl_command_queue;
struct _cl_device_id;

/* The work-items of a work-group, in every launch; WG of common.cl. */
enum { RALM_OPENCL_GROUP = 128 };

/* The work-groups of a kernel that has a work-item for each number. */
static inline size_t ralm_opencl_groups(size_t numbers)
{
	return (numbers + RALM_OPENCL_GROUP - 1) / RALM_OPENCL_GROUP;
}

/* The kernels, by their names in the .cl files. */
#define RALM_OPENCL_KERNELS(each)                                             \
	each(tanh_forward) each(tanh_backward) each(prelu_forward)            \
	each(prelu_backward) each(row_dots) each(row_dots_backward)           \
	each(sum_rows) each(sum_parts) each(sum_numbers) each(local_forward)  \
	each(local_backward) each(cosine_forward) each(cosine_backward)       \
	each(list_sum) each(samples_sum) each(list_softmax)                   \
	each(list_softmax_backward) each(seed_dots) each(seeds_backward)      \
	each(attention_rows) each(attention_weights)                          \
	each(attention_softmax_backward) each(attention_rows_backward)        \
	each(attention_columns_backward) each(weighted_softmax)               \
	each(sum_columns) each(target_weights) each(target_cosines)           \
	each(gather_rows) each(move_rows)

#define RALM_OPENCL_NAME(name) RALM_KERNEL_##name,
enum ralm_opencl_kernel {
	RALM_OPENCL_KERNELS(RALM_OPENCL_NAME) RALM_KERNEL_COUNT
};
#undef RALM_OPENCL_NAME

/* Their source text: the .cl files, by kernels.awk. */
extern const char *const ralm_kernel_text[];
extern const unsigned ralm_kernel_text_lines;

struct ralm_opencl; /* a device, its queue and its kernels */

/* Memory of a device. A zeroed struct has none. */
struct ralm_opencl_buffer {
	struct _cl_mem *memory;
	size_t bytes;
	struct ralm_opencl *device;
};

/* Finds the n-th device of all platforms, GPUs before all others: describes it, and sets
 * *id, unless that is NULL. Returns 1; 0: there are fewer; or -1. */
int ralm_opencl_find(struct ralm_device *about, struct _cl_device_id **id,
		     size_t n, struct ralm_error *err) RALM_MUST_CHECK;

/* Opens the n-th device and builds the kernels for it; to be closed. NULL: it is not
 * there, or they do not build; err then quotes the compiler. */
struct ralm_opencl *ralm_opencl_open(size_t n, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_opencl_close(struct ralm_opencl *device); /* NULL: nothing */

const struct ralm_device *ralm_opencl_about(const struct ralm_opencl *device);

/* Makes room for `count` numbers of `size` bytes each, whose values are undefined. */
void ralm_opencl_room(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size);
/* Makes room for so many, too, but what the buffer holds is kept, and the rest is zero.
 * It moves to a buffer more than twice as large or, if the device has no memory for
 * that, of just these numbers. The old buffer is there until it is copied. */
void ralm_opencl_grow(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size);
void ralm_opencl_free(struct ralm_opencl_buffer *buffer);

/* Queue copies from and to the host's memory, which must stay valid, and what is written
 * unchanged, until the next finish. */
void ralm_opencl_write(const struct ralm_opencl_buffer *to, const void *from,
		       size_t bytes, struct ralm_opencl *device);
void ralm_opencl_read(void *to, const struct ralm_opencl_buffer *from,
		      size_t bytes, struct ralm_opencl *device);
/* Queues a copy on the device, to and from these bytes of the buffers. */
void ralm_opencl_copy(const struct ralm_opencl_buffer *to, size_t to_at,
		      const struct ralm_opencl_buffer *from, size_t from_at,
		      size_t bytes, struct ralm_opencl *device);
void ralm_opencl_zero(const struct ralm_opencl_buffer *buffer, size_t bytes,
		      struct ralm_opencl *device);

/* An argument of a kernel: a buffer, a uint, a ulong or a float. */
struct ralm_opencl_argument {
	size_t size;
	const void *value;
};
#define RALM_BUFFER(buffer) {sizeof (buffer).memory, &(buffer).memory}
#define RALM_INTEGER(n) {sizeof(uint32_t), &(uint32_t){(uint32_t)(n)}}
#define RALM_LONG(n) {sizeof(uint64_t), &(uint64_t){n}}
#define RALM_FLOAT(x) {sizeof(float), &(float){(float)(x)}}

/* Queues a kernel with that many work-groups; 0: nothing. */
void ralm_opencl_run(struct ralm_opencl *device, enum ralm_opencl_kernel kernel,
		     size_t groups, const struct ralm_opencl_argument *arguments,
		     size_t count);
#define RALM_RUN(device, name, groups, ...)                                   \
	do {                                                                  \
		const struct ralm_opencl_argument arguments_[] = {__VA_ARGS__}; \
		ralm_opencl_run(device, RALM_KERNEL_##name, groups,           \
				arguments_,                                   \
				sizeof arguments_ / sizeof *arguments_);      \
	} while (0)

/* Lets the queued commands begin, without waiting. */
void ralm_opencl_flush(struct ralm_opencl *device);
/* Waits for the queued commands. -1: something failed, now or before; err, unless NULL,
 * is the first failure. */
int ralm_opencl_finish(struct ralm_opencl *device,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* For matmul.c, where CLBlast queues commands: the queue, NULL after a failure; and to
 * say that one failed. */
struct _cl_command_queue **ralm_opencl_queue(struct ralm_opencl *device);
void ralm_opencl_failed(struct ralm_opencl *device, const char *what, int code);

#endif
