/* Products of matrices on a device, by CLBlast, which matmul.c alone knows. */
#ifndef RALM_DEVICE_MATMUL_H
#define RALM_DEVICE_MATMUL_H

#include "device/opencl.h"

/* A matrix, row-major, which begins with number `at` of a buffer. */
struct ralm_device_matrix {
	const struct ralm_opencl_buffer *buffer;
	size_t at;
	size_t stride; /* from one row to the next; 0: rows follow each other */
};

/* A matrix whose rows follow each other. */
static inline struct ralm_device_matrix
ralm_matrix(const struct ralm_opencl_buffer *buffer, size_t at)
{
	return (struct ralm_device_matrix){buffer, at, 0};
}

/* All of these queue commands, whose failure ralm_opencl_finish tells.
 *
 * c (m,n) = a (m,k) · b (k,n), or with `adds` c += that. */
void ralm_device_matmul(struct ralm_opencl *device, struct ralm_device_matrix c,
			struct ralm_device_matrix a, struct ralm_device_matrix b,
			size_t m, size_t n, size_t k, bool adds);
/* The same with b (n,k) transposed. */
void ralm_device_matmul_nt(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, bool adds);
/* c (m,n) = aᵀ · b, where a (k,m) and b (k,n) have many rows and no stride: in pieces of
 * them, whose products, in `parts`, are added in their order. */
void ralm_device_matmul_tn(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, struct ralm_opencl_buffer *parts);

/* Frees the programs that CLBlast keeps, and with them the OpenCL contexts, which it
 * would keep until the process ends. Where one is still in use it is compiled again. */
void ralm_device_matmul_end(void);

#endif
