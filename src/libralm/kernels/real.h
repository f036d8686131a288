/* The floating type of the network. The library is built in float; the
 * gradient check builds the same sources once more with -DRALM_REAL=double,
 * where a central difference is exact enough to tell right from wrong. */
#ifndef RALM_KERNELS_REAL_H
#define RALM_KERNELS_REAL_H

#ifndef RALM_REAL
#define RALM_REAL float
#define RALM_REAL_IS_FLOAT /* for #if */
#endif
typedef RALM_REAL ralm_real;

#endif
