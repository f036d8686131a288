/* Which devices OpenCL has. */
#include "device/opencl.h"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <string.h>

enum { PLATFORMS_MOST = 32, DEVICES_MOST = 64 };

static bool is_gpu(cl_device_id id)
{
	cl_device_type type = 0;
	clGetDeviceInfo(id, CL_DEVICE_TYPE, sizeof type, &type, NULL);
	return (type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR)) != 0;
}

/* All devices, GPUs first, else in the order of platforms; their number, or -1. */
static int find_devices(cl_device_id ids[DEVICES_MOST], struct ralm_error *err)
{
	cl_platform_id platform[PLATFORMS_MOST];
	cl_device_id all[DEVICES_MOST];
	cl_uint platforms = 0, count = 0;
	int found = 0;
	if (clGetPlatformIDs(PLATFORMS_MOST, platform, &platforms) !=
		    CL_SUCCESS ||
	    platforms == 0)
		return ralm_error_set(err, RALM_ERROR_SYSTEM,
				      "gpu: no OpenCL platform was found; its "
				      "driver is not installed, or OpenCL does "
				      "not know it (clinfo)");
	for (cl_uint p = 0; p < platforms && p < PLATFORMS_MOST; p++) {
		cl_uint more = 0;
		if (clGetDeviceIDs(platform[p], CL_DEVICE_TYPE_ALL,
				   DEVICES_MOST - count, all + count,
				   &more) == CL_SUCCESS)
			count += more < DEVICES_MOST - count
					 ? more
					 : DEVICES_MOST - count;
		if (count == DEVICES_MOST)
			break;
	}
	for (int gpu = 1; gpu >= 0; gpu--)
		for (cl_uint i = 0; i < count; i++)
			if (is_gpu(all[i]) == (gpu == 1))
				ids[found++] = all[i];
	return found;
}

static void describe(struct ralm_device *about, cl_device_id id)
{
	cl_platform_id platform = NULL;
	cl_ulong memory = 0;
	cl_uint units = 0;
	memset(about, 0, sizeof *about);
	about->gpu = is_gpu(id);
	clGetDeviceInfo(id, CL_DEVICE_NAME, sizeof about->name - 1, about->name,
			NULL);
	clGetDeviceInfo(id, CL_DEVICE_PLATFORM, sizeof platform, &platform,
			NULL);
	clGetPlatformInfo(platform, CL_PLATFORM_NAME,
			  sizeof about->platform - 1, about->platform, NULL);
	clGetDeviceInfo(id, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory,
			NULL);
	clGetDeviceInfo(id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units,
			NULL);
	about->memory = memory;
	about->units = units;
}

int ralm_opencl_find(struct ralm_device *about, cl_device_id *id, size_t n,
		     struct ralm_error *err)
{
	cl_device_id ids[DEVICES_MOST];
	const int count = find_devices(ids, err);
	if (count < 0)
		return -1;
	if (n >= (size_t)count)
		return 0;
	describe(about, ids[n]);
	if (id != NULL)
		*id = ids[n];
	return 1;
}
