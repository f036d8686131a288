/* Preloaded into a program (LD_PRELOAD), makes calls of OpenCL fail as drivers do:
 *
 *     RALM_OPENCL_FAULT=CALL:N:CODE   the N-th call of that name, and all that
 *                                     follow, have this outcome
 *
 * Of clCreateProgramWithSource, the text is one that no compiler takes; of
 * clGetEventInfo, the command ended with CODE, as where a device is lost
 * and clFinish does not tell. CLBlast's calls count as well.
 *
 * In any case memory that is freed while a transfer from or to it may be under way,
 * which is until clFinish of any queue, ends the program with status 70. */
#define _GNU_SOURCE
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls;

static bool fails(const char *call, cl_int *code)
{
	char name[64];
	const char *fault = getenv("RALM_OPENCL_FAULT");
	long nth;
	int outcome;
	if (fault == NULL ||
	    sscanf(fault, "%63[^:]:%ld:%d", name, &nth, &outcome) != 3 ||
	    strcmp(name, call) != 0 || atomic_fetch_add(&calls, 1) + 1 < nth)
		return false;
	*code = outcome;
	return true;
}

/* real: a pointer of the function's type, to the one behind this one. */
#define REAL(name) \
	__typeof__(&name) real; \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

cl_int clGetDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint room,
		      cl_device_id *ids, cl_uint *count)
{
	cl_int code;
	REAL(clGetDeviceIDs);
	return fails("clGetDeviceIDs", &code)
		       ? code
		       : real(platform, type, room, ids, count);
}

cl_context clCreateContext(const cl_context_properties *properties, cl_uint count,
			   const cl_device_id *ids,
			   void(CL_CALLBACK *told)(const char *, const void *,
						   size_t, void *),
			   void *context, cl_int *code)
{
	REAL(clCreateContext);
	return fails("clCreateContext", code)
		       ? NULL
		       : real(properties, count, ids, told, context, code);
}

cl_program clCreateProgramWithSource(cl_context context, cl_uint count,
				     const char **lines, const size_t *lengths,
				     cl_int *code)
{
	cl_int unused;
	REAL(clCreateProgramWithSource);
	if (!fails("clCreateProgramWithSource", &unused))
		return real(context, count, lines, lengths, code);
	const char *none = "no_type x;\n";
	return real(context, 1, &none, NULL, code);
}

cl_mem clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size,
		      void *host, cl_int *code)
{
	REAL(clCreateBuffer);
	return fails("clCreateBuffer", code)
		       ? NULL
		       : real(context, flags, size, host, code);
}

cl_int clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel,
			      cl_uint dimensions, const size_t *first,
			      const size_t *global, const size_t *local,
			      cl_uint count, const cl_event *wait,
			      cl_event *event)
{
	cl_int code;
	REAL(clEnqueueNDRangeKernel);
	return fails("clEnqueueNDRangeKernel", &code)
		       ? code
		       : real(queue, kernel, dimensions, first, global, local,
			      count, wait, event);
}

/* ---- memory under transfers ---------------------------------------------- */

void __libc_free(void *memory); /* glibc's own */

static _Atomic(const void *) moving[256];
static atomic_uint moving_count;

static void moves(const void *memory)
{
	const unsigned i = atomic_fetch_add(&moving_count, 1);
	if (i < sizeof moving / sizeof *moving)
		moving[i] = memory;
}

void free(void *memory)
{
	static const char what[] = "freed under a transfer\n";
	for (unsigned i = 0; memory != NULL && i < sizeof moving / sizeof *moving &&
			     i < moving_count;
	     i++)
		if (moving[i] == memory)
			_exit(write(STDERR_FILENO, what, sizeof what - 1) > 0 ? 70
									   : 71);
	__libc_free(memory);
}

cl_int clEnqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
			    size_t offset, size_t size, const void *from,
			    cl_uint count, const cl_event *wait, cl_event *event)
{
	cl_int code;
	REAL(clEnqueueWriteBuffer);
	if (fails("clEnqueueWriteBuffer", &code))
		return code;
	moves(from);
	return real(queue, buffer, blocking, offset, size, from, count, wait,
		    event);
}

cl_int clEnqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
			   size_t offset, size_t size, void *to, cl_uint count,
			   const cl_event *wait, cl_event *event)
{
	cl_int code;
	REAL(clEnqueueReadBuffer);
	if (fails("clEnqueueReadBuffer", &code))
		return code;
	moves(to);
	return real(queue, buffer, blocking, offset, size, to, count, wait,
		    event);
}

cl_int clFinish(cl_command_queue queue)
{
	cl_int code;
	REAL(clFinish);
	const cl_int outcome = real(queue);
	for (unsigned i = 0; i < sizeof moving / sizeof *moving; i++)
		moving[i] = NULL;
	moving_count = 0;
	return fails("clFinish", &code) ? code : outcome;
}

cl_int clGetEventInfo(cl_event event, cl_event_info what, size_t room, void *value,
		      size_t *size)
{
	cl_int code;
	REAL(clGetEventInfo);
	if (what != CL_EVENT_COMMAND_EXECUTION_STATUS ||
	    !fails("clGetEventInfo", &code))
		return real(event, what, room, value, size);
	memcpy(value, &code, sizeof code);
	return CL_SUCCESS;
}
