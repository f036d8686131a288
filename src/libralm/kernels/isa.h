/* Vector code is in ordinary files, each compiled once for every instruction
 * set: with the compiler's options for the set and RALM_ISA, its name ("plain",
 * "avx2", "avx512"; Makefile.am). Other files see constant tables only, whose
 * names end in that of the set:
 *
 *	const struct ralm_update RALM_ISA_NAME(ralm_update) = {...};
 *
 * Everything else in these files is static, so that the linker cannot use a
 * function of one set for another (tests/isa.sh). kernels.h collects the
 * tables. */
#ifndef RALM_KERNELS_ISA_H
#define RALM_KERNELS_ISA_H

#define RALM_ISA_JOIN(name, isa) name##_##isa
#define RALM_ISA_NAME_OF(name, isa) RALM_ISA_JOIN(name, isa)
#define RALM_ISA_NAME(name) RALM_ISA_NAME_OF(name, RALM_ISA)

#endif
