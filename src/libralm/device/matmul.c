#include "device/matmul.h"

#define CL_TARGET_OPENCL_VERSION 120
#include <clblast_c.h>

/* Rows of a piece of ralm_device_matmul_tn, whose product is small: only several pieces
 * at once keep a device busy. */
enum { PIECE = 512 };

static size_t stride_of(struct ralm_device_matrix x, size_t columns)
{
	return x.stride > 0 ? x.stride : columns;
}

static void multiply(struct ralm_opencl *device, struct ralm_device_matrix c,
		     struct ralm_device_matrix a, bool a_turned,
		     struct ralm_device_matrix b, bool b_turned, size_t m,
		     size_t n, size_t k, bool adds)
{
	struct _cl_command_queue **queue = ralm_opencl_queue(device);
	if (queue == NULL || m == 0 || n == 0 || k == 0)
		return;
	const CLBlastStatusCode code = CLBlastSgemm(
		CLBlastLayoutRowMajor,
		a_turned ? CLBlastTransposeYes : CLBlastTransposeNo,
		b_turned ? CLBlastTransposeYes : CLBlastTransposeNo, m, n, k, 1,
		a.buffer->memory, a.at, stride_of(a, a_turned ? m : k),
		b.buffer->memory, b.at, stride_of(b, b_turned ? k : n),
		adds ? 1 : 0, c.buffer->memory, c.at, stride_of(c, n), queue,
		NULL);
	if (code != CLBlastSuccess)
		ralm_opencl_failed(device, "CLBlast", (int)code);
}

void ralm_device_matmul(struct ralm_opencl *device, struct ralm_device_matrix c,
			struct ralm_device_matrix a, struct ralm_device_matrix b,
			size_t m, size_t n, size_t k, bool adds)
{
	multiply(device, c, a, false, b, false, m, n, k, adds);
}

void ralm_device_matmul_nt(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, bool adds)
{
	multiply(device, c, a, false, b, true, m, n, k, adds);
}

/* The whole pieces, at once. */
static void multiply_pieces(struct ralm_opencl *device,
			    const struct ralm_opencl_buffer *parts,
			    struct ralm_device_matrix a,
			    struct ralm_device_matrix b, size_t m, size_t n,
			    size_t pieces)
{
	struct _cl_command_queue **queue = ralm_opencl_queue(device);
	if (queue == NULL || pieces == 0)
		return;
	const CLBlastStatusCode code = CLBlastSgemmStridedBatched(
		CLBlastLayoutRowMajor, CLBlastTransposeYes, CLBlastTransposeNo,
		m, n, PIECE, 1, a.buffer->memory, a.at, m, PIECE * m,
		b.buffer->memory, b.at, n, PIECE * n, 0, parts->memory, 0, n,
		m * n, pieces, queue, NULL);
	if (code != CLBlastSuccess)
		ralm_opencl_failed(device, "CLBlast", (int)code);
}

void ralm_device_matmul_tn(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, struct ralm_opencl_buffer *parts)
{
	const size_t whole = k / PIECE, rest = k % PIECE;
	const size_t count = whole + (rest > 0), size = m * n;
	ralm_opencl_room(parts, device, count * size, sizeof(float));
	multiply_pieces(device, parts, a, b, m, n, whole);
	multiply(device, ralm_matrix(parts, whole * size),
		 ralm_matrix(a.buffer, a.at + whole * PIECE * m), true,
		 ralm_matrix(b.buffer, b.at + whole * PIECE * n), false, m, n,
		 rest, false);
	RALM_RUN(device, sum_parts, ralm_opencl_groups(size),
		 RALM_BUFFER(*c.buffer), RALM_LONG(c.at), RALM_BUFFER(*parts),
		 RALM_LONG(size), RALM_LONG(count));
}

void ralm_device_matmul_end(void)
{
	(void)CLBlastClearCache();
}
