/* The vector code stands in ordinary files, which are compiled once for each
 * instruction set: with the compiler's options for it and RALM_ISA, its name
 * ("plain", "avx2", "avx512"; Makefile.am). What other files see of them are
 * constant tables, whose names end in that of the set:
 *
 *	const struct ralm_update RALM_ISA_NAME(ralm_update) = {...};
 *
 * All else in them is static, so that no function of one set can take the place
 * of another's when a program is linked (tests/isa.sh). kernels.h has the
 * tables together. */
#ifndef RALM_KERNELS_ISA_H
#define RALM_KERNELS_ISA_H

#define RALM_ISA_JOIN(name, isa) name##_##isa
#define RALM_ISA_NAME_OF(name, isa) RALM_ISA_JOIN(name, isa)
#define RALM_ISA_NAME(name) RALM_ISA_NAME_OF(name, RALM_ISA)

#endif
