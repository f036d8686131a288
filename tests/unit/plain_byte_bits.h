/* formats/byte_bits.h as a machine without SSE2 has it. */
#ifndef RALM_TEST_PLAIN_BYTE_BITS_H
#define RALM_TEST_PLAIN_BYTE_BITS_H

#include <stdint.h>

uint64_t plain_bits_equal(const char *p, char c);
uint64_t plain_bits_at_most(const char *p, char c);

#endif
