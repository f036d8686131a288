/* Products of matrices on a device, by CLBlast, which matmul.c alone knows. */
#ifndef RALM_DEVICE_MATMUL_H
#define RALM_DEVICE_MATMUL_H

#include "device/opencl.h"

/* A matrix, row-major: `at` numbers behind the beginning of a buffer. */
struct ralm_device_matrix {
	const struct ralm_opencl_buffer *buffer;
	size_t at;
};

/* c (m,n) = a (m,k) · b (k,n), added to c with `adds`. */
void ralm_device_matmul(struct ralm_opencl *device, struct ralm_device_matrix c,
			struct ralm_device_matrix a, struct ralm_device_matrix b,
			size_t m, size_t n, size_t k, bool adds);
/* b (n,k) transposed */
void ralm_device_matmul_nt(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, bool adds);
/* c (m,n) = a · b, b transposed, of matrices whose rows of k numbers begin every
 * a_stride and b_stride */
void ralm_device_matmul_rows(struct ralm_opencl *device,
			     struct ralm_device_matrix c,
			     struct ralm_device_matrix a, size_t a_stride,
			     struct ralm_device_matrix b, size_t b_stride,
			     size_t m, size_t n, size_t k);
/* c (m,n) = aᵀ · b of many rows, a (k,m) and b (k,n): in pieces, whose sums in
 * `parts` are added in their order. */
void ralm_device_matmul_tn(struct ralm_opencl *device,
			   struct ralm_device_matrix c,
			   struct ralm_device_matrix a,
			   struct ralm_device_matrix b, size_t m, size_t n,
			   size_t k, struct ralm_opencl_buffer *parts);

/* Lets go of the programs that CLBlast keeps, and with them of their contexts, which
 * it would keep for ever. One that is at work compiles anew. */
void ralm_device_matmul_end(void);

#endif
