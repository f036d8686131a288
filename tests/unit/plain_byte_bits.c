#include "plain_byte_bits.h"

#undef __SSE2__
#include "libralm/formats/byte_bits.h"

uint64_t plain_bits_equal(const char *p, char c)
{
	return ralm_bits_equal(p, c);
}

uint64_t plain_bits_at_most(const char *p, char c)
{
	return ralm_bits_at_most(p, c);
}
