/* OpenCL, as much of it as the device room needs: devices, buffers, kernels. Alone
 * includes CL/cl.h (opencl.c, opencl_devices.c).
 *
 * Commands are queued and run in their order, while the caller goes on. The first
 * one that fails is kept, and all that follow do nothing: whoever waits
 * (ralm_opencl_finish) is told. So passes of a network read as their formulas. */
#ifndef RALM_DEVICE_OPENCL_H
#define RALM_DEVICE_OPENCL_H

#include <stdbool.h>

#include "ground/error.h"

struct _cl_mem;
struct _cl_command_queue;
struct _cl_device_id;

/* The work-items of a group, in every launch; WG of common.cl. */
enum { RALM_OPENCL_GROUP = 128 };

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

/* Their text, made of the .cl files. */
extern const char *const ralm_kernel_text[];
extern const unsigned ralm_kernel_text_lines;

struct ralm_opencl; /* a device, its queue and its kernels */

/* Memory of a device; zeroed: none. */
struct ralm_opencl_buffer {
	struct _cl_mem *memory;
	size_t bytes;
	struct ralm_opencl *device;
};

/* The n-th device of all platforms: GPUs before what else there is. Returns 1, 0
 * where there are fewer, -1. */
int ralm_opencl_describe(struct ralm_device *device, size_t n,
			 struct ralm_error *err) RALM_MUST_CHECK;

/* The same one for opencl.c. */
int ralm_opencl_find(struct _cl_device_id **id, size_t n,
		     struct ralm_error *err) RALM_MUST_CHECK;

/* Opens the n-th device and builds the kernels for it. NULL: it is not there,
 * or they do not build, which is told with the compiler's words. To be closed. */
struct ralm_opencl *ralm_opencl_open(size_t n, struct ralm_error *err)
	RALM_MUST_CHECK;
void ralm_opencl_close(struct ralm_opencl *device); /* NULL: nothing */

/* Room for `count` numbers of `size` bytes each, which keep nothing. */
void ralm_opencl_room(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size);
/* Room for so many, of which those that were there keep what they have and others
 * are zero; more than twice as many as there were, or, where that is not to be had,
 * just so many. What they had and have are both there while it is copied. */
void ralm_opencl_grow(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size);
void ralm_opencl_free(struct ralm_opencl_buffer *buffer);

/* From and to the host, whose memory stands still until the next finish. */
void ralm_opencl_write(const struct ralm_opencl_buffer *to, const void *from,
		       size_t bytes, struct ralm_opencl *device);
void ralm_opencl_read(void *to, const struct ralm_opencl_buffer *from,
		      size_t bytes, struct ralm_opencl *device);
/* On the device, to and from these bytes of buffers. */
void ralm_opencl_copy(const struct ralm_opencl_buffer *to, size_t to_at,
		      const struct ralm_opencl_buffer *from, size_t from_at,
		      size_t bytes, struct ralm_opencl *device);
void ralm_opencl_zero(const struct ralm_opencl_buffer *buffer, size_t bytes,
		      struct ralm_opencl *device);

/* An argument of a kernel. */
struct ralm_opencl_argument {
	size_t size;
	const void *value;
};
#define RALM_BUFFER(buffer) {sizeof (buffer).memory, &(buffer).memory}
#define RALM_INTEGER(n) {sizeof(uint32_t), &(uint32_t){(uint32_t)(n)}}
#define RALM_LONG(n) {sizeof(uint64_t), &(uint64_t){n}}
#define RALM_FLOAT(x) {sizeof(float), &(float){(float)(x)}}

/* Queues a kernel with that many groups; none: nothing. */
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

/* Lets what is queued begin. */
void ralm_opencl_flush(struct ralm_opencl *device);
/* Waits for what is queued. -1: something failed, now or before. */
int ralm_opencl_finish(struct ralm_opencl *device,
		       struct ralm_error *err) RALM_MUST_CHECK;

/* For who queues commands of its own (matmul.c): NULL after a failure. */
struct _cl_command_queue **ralm_opencl_queue(struct ralm_opencl *device);
void ralm_opencl_failed(struct ralm_opencl *device, const char *what, int code);

#endif
