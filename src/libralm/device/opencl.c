#include "device/opencl.h"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include "ground/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ralm_opencl {
	cl_device_id id;
	cl_context context;
	cl_command_queue queue;
	cl_program program;
	cl_kernel kernel[RALM_KERNEL_COUNT];
	cl_event last_read; /* its status tells whether the commands before it failed */
	struct ralm_device about;
	size_t bytes; /* of all buffers */
	bool failed;
	struct ralm_error error; /* the first one */
};

/* ---- errors -------------------------------------------------------------- */

static bool is_memory(int code)
{
	return code == CL_MEM_OBJECT_ALLOCATION_FAILURE ||
	       code == CL_OUT_OF_RESOURCES || code == CL_OUT_OF_HOST_MEMORY ||
	       code == CL_INVALID_BUFFER_SIZE;
}

void ralm_opencl_failed(struct ralm_opencl *device, const char *what, int code)
{
	if (device->failed)
		return;
	device->failed = true;
	if (is_memory(code)) /* many drivers take memory at its first use */
		ralm_error_set(&device->error, RALM_ERROR_SYSTEM,
			       "gpu '%.100s': %s: out of its memory or other "
			       "resources, with %zu bytes asked for (OpenCL error "
			       "%d)",
			       device->about.name, what, device->bytes, code);
	else
		ralm_error_set(&device->error, RALM_ERROR_SYSTEM,
			       "gpu '%.100s': %s failed (OpenCL error %d)",
			       device->about.name, what, code);
}

/* Keeps a failure, if it is the first. Returns whether nothing has failed until now. */
static bool ok(struct ralm_opencl *device, const char *what, cl_int code)
{
	if (code != CL_SUCCESS)
		ralm_opencl_failed(device, what, code);
	return !device->failed;
}

/* ---- opening ------------------------------------------------------------- */

/* Fills err with what the compiler says of the kernels, as one line. Returns -1. */
static int build_failed(struct ralm_opencl *device, cl_int code,
			struct ralm_error *err)
{
	char *log = NULL;
	size_t length = 0;
	clGetProgramBuildInfo(device->program, device->id, CL_PROGRAM_BUILD_LOG,
			      0, NULL, &length);
	if (length > 0)
		log = calloc(length + 1, 1);
	if (log != NULL)
		clGetProgramBuildInfo(device->program, device->id,
				      CL_PROGRAM_BUILD_LOG, length, log, NULL);
	for (char *c = log; c != NULL && *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	ralm_error_set(err, RALM_ERROR_SYSTEM,
		       "gpu '%.100s': the kernels do not build (OpenCL error "
		       "%d): %.300s",
		       device->about.name, (int)code, log != NULL ? log : "");
	ralm_make_printable(err->message);
	free(log);
	return -1;
}

static int build(struct ralm_opencl *device)
{
#define NAME(name) #name,
	static const char *const names[] = {RALM_OPENCL_KERNELS(NAME)};
#undef NAME
	cl_int code;
	device->program = clCreateProgramWithSource(
		device->context, ralm_kernel_text_lines,
		(const char **)(uintptr_t)ralm_kernel_text, NULL, &code);
	if (!ok(device, "clCreateProgramWithSource", code))
		return -1;
	code = clBuildProgram(device->program, 1, &device->id, "-cl-std=CL1.2",
			      NULL, NULL);
	if (code != CL_SUCCESS)
		return build_failed(device, code, &device->error);
	for (int k = 0; k < RALM_KERNEL_COUNT; k++) {
		device->kernel[k] =
			clCreateKernel(device->program, names[k], &code);
		if (!ok(device, names[k], code))
			return -1;
	}
	return 0;
}

static int start(struct ralm_opencl *device)
{
	cl_int code;
	device->context = clCreateContext(NULL, 1, &device->id, NULL, NULL,
					  &code);
	if (!ok(device, "clCreateContext", code))
		return -1;
	device->queue = clCreateCommandQueue(device->context, device->id, 0,
					     &code);
	if (!ok(device, "clCreateCommandQueue", code))
		return -1;
	return build(device);
}

struct ralm_opencl *ralm_opencl_open(size_t n, struct ralm_error *err)
{
	struct ralm_opencl *device = calloc(1, sizeof *device);
	if (device == NULL) {
		ralm_error_memory(err, sizeof *device);
		return NULL;
	}
	const int got = ralm_opencl_find(&device->about, &device->id, n, err);
	if (got == 0)
		ralm_error_set(err, RALM_ERROR_SYSTEM,
			       "gpu:%zu: there is no such device "
			       "(ralm-fit --list-devices)",
			       n);
	if (got == 1 && start(device) == 0)
		return device;
	if (got == 1 && err != NULL)
		*err = device->error;
	ralm_opencl_close(device);
	return NULL;
}

void ralm_opencl_close(struct ralm_opencl *device)
{
	if (device == NULL)
		return;
	if (device->queue != NULL)
		clFinish(device->queue);
	if (device->last_read != NULL)
		clReleaseEvent(device->last_read);
	for (int k = 0; k < RALM_KERNEL_COUNT; k++)
		if (device->kernel[k] != NULL)
			clReleaseKernel(device->kernel[k]);
	if (device->program != NULL)
		clReleaseProgram(device->program);
	if (device->queue != NULL)
		clReleaseCommandQueue(device->queue);
	if (device->context != NULL)
		clReleaseContext(device->context);
	free(device);
}

const struct ralm_device *ralm_opencl_about(const struct ralm_opencl *device)
{
	return &device->about;
}

/* ---- buffers ------------------------------------------------------------- */

/* The bytes of `count` numbers of `size` bytes. SIZE_MAX: more than there can be. */
static size_t bytes_of(size_t count, size_t size)
{
	size_t bytes;
	return __builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 4
		       ? SIZE_MAX
		       : bytes;
}

static bool has_room(const struct ralm_opencl_buffer *buffer, size_t count,
		     size_t size)
{
	return buffer->memory != NULL && bytes_of(count, size) <= buffer->bytes;
}

/* Makes a buffer for that many numbers, and for `least` bytes, with some room to spare,
 * since batches differ; or, if the device has no memory for that, for just the numbers.
 * false: nor for these. */
static bool make_buffer(struct ralm_opencl_buffer *buffer,
			struct ralm_opencl *device, size_t count, size_t size,
			size_t least)
{
	enum { LEAST = 4096, PART = 8 };
	const size_t bytes = bytes_of(count, size);
	const size_t want = bytes > least ? bytes : least;
	const size_t room[] = {want < LEAST ? LEAST : want + want / PART / 16 * 16,
			       bytes > 0 ? bytes : 1};
	cl_int code = CL_INVALID_BUFFER_SIZE;
	for (int i = 0; i < 2 && bytes < SIZE_MAX; i++) {
		buffer->memory = clCreateBuffer(device->context,
						CL_MEM_READ_WRITE, room[i], NULL,
						&code);
		if (code != CL_SUCCESS)
			continue;
		buffer->bytes = room[i];
		buffer->device = device;
		device->bytes += room[i];
		return true;
	}
	buffer->memory = NULL;
	device->failed = true;
	ralm_error_set(&device->error, RALM_ERROR_SYSTEM,
		       "gpu '%.100s': no memory for %zu numbers of %zu bytes "
		       "(OpenCL error %d)",
		       device->about.name, count, size, (int)code);
	return false;
}

void ralm_opencl_room(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size)
{
	if (device->failed || has_room(buffer, count, size))
		return;
	ralm_opencl_free(buffer);
	make_buffer(buffer, device, count, size, 0);
}

void ralm_opencl_grow(struct ralm_opencl_buffer *buffer,
		      struct ralm_opencl *device, size_t count, size_t size)
{
	struct ralm_opencl_buffer more = {.memory = NULL};
	if (device->failed || has_room(buffer, count, size) ||
	    !make_buffer(&more, device, count, size, 2 * buffer->bytes))
		return;
	ralm_opencl_zero(&more, more.bytes, device);
	ralm_opencl_copy(&more, 0, buffer, 0, buffer->bytes, device);
	ralm_opencl_free(buffer);
	*buffer = more;
}

void ralm_opencl_free(struct ralm_opencl_buffer *buffer)
{
	if (buffer->memory != NULL) {
		clReleaseMemObject(buffer->memory);
		buffer->device->bytes -= buffer->bytes;
	}
	*buffer = (struct ralm_opencl_buffer){.memory = NULL};
}

void ralm_opencl_write(const struct ralm_opencl_buffer *to, const void *from,
		       size_t bytes, struct ralm_opencl *device)
{
	if (!device->failed && bytes > 0)
		ok(device, "a transfer",
		   clEnqueueWriteBuffer(device->queue, to->memory, CL_FALSE, 0,
					bytes, from, 0, NULL, NULL));
}

static void forget_read(struct ralm_opencl *device)
{
	if (device->last_read != NULL)
		clReleaseEvent(device->last_read);
	device->last_read = NULL;
}

void ralm_opencl_read(void *to, const struct ralm_opencl_buffer *from,
		      size_t bytes, struct ralm_opencl *device)
{
	if (device->failed || bytes == 0)
		return;
	forget_read(device);
	ok(device, "a transfer",
	   clEnqueueReadBuffer(device->queue, from->memory, CL_FALSE, 0, bytes,
			       to, 0, NULL, &device->last_read));
}

void ralm_opencl_copy(const struct ralm_opencl_buffer *to, size_t to_at,
		      const struct ralm_opencl_buffer *from, size_t from_at,
		      size_t bytes, struct ralm_opencl *device)
{
	if (!device->failed && bytes > 0)
		ok(device, "a transfer",
		   clEnqueueCopyBuffer(device->queue, from->memory, to->memory,
				       from_at, to_at, bytes, 0, NULL, NULL));
}

void ralm_opencl_zero(const struct ralm_opencl_buffer *buffer, size_t bytes,
		      struct ralm_opencl *device)
{
	const float zero = 0;
	if (!device->failed && bytes > 0)
		ok(device, "clEnqueueFillBuffer",
		   clEnqueueFillBuffer(device->queue, buffer->memory, &zero,
				       sizeof zero, 0, bytes, 0, NULL, NULL));
}

/* ---- kernels ------------------------------------------------------------- */

void ralm_opencl_run(struct ralm_opencl *device, enum ralm_opencl_kernel kernel,
		     size_t groups, const struct ralm_opencl_argument *arguments,
		     size_t count)
{
	const size_t local = RALM_OPENCL_GROUP, global = groups * local;
	const cl_kernel k = device->kernel[kernel];
	if (device->failed || groups == 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (!ok(device, "clSetKernelArg",
			clSetKernelArg(k, (cl_uint)i, arguments[i].size,
				       arguments[i].value)))
			return;
	ok(device, "a kernel",
	   clEnqueueNDRangeKernel(device->queue, k, 1, NULL, &global, &local, 0,
				  NULL, NULL));
}

void ralm_opencl_flush(struct ralm_opencl *device)
{
	if (!device->failed)
		ok(device, "clFlush", clFlush(device->queue));
}

int ralm_opencl_finish(struct ralm_opencl *device, struct ralm_error *err)
{
	/* Even after a failure: then no command uses the host's memory any more. */
	const bool right = ok(device, "a command", clFinish(device->queue));
	cl_int status = CL_COMPLETE;
	if (right && device->last_read != NULL)
		ok(device, "a command",
		   clGetEventInfo(device->last_read,
				  CL_EVENT_COMMAND_EXECUTION_STATUS,
				  sizeof status, &status, NULL));
	forget_read(device);
	if (ok(device, "a command", status < 0 ? status : CL_SUCCESS))
		return 0;
	if (err != NULL)
		*err = device->error;
	return -1;
}

struct _cl_command_queue **ralm_opencl_queue(struct ralm_opencl *device)
{
	return device->failed ? NULL : &device->queue;
}
