/* formats/byte_bits: which bytes are found, with and without the processor's vectors, and
 * newlines wherever they are. */
#include "check.h"
#include "plain_byte_bits.h"

#include "libralm/formats/byte_bits.h"

#include <stdlib.h>

enum { ROUNDS = 20000 };

/* A byte near those that are looked for, or any. */
static char some_byte(void)
{
	static const char near[] = " \n\t\r\x1f!0\x8a\xa0\xff\x0b";
	const int r = rand();
	return r % 3 == 0 ? near[(unsigned)r / 3 % sizeof near] : (char)(r >> 8);
}

static void test_bits(char c)
{
	bool vectors = true, plain = true;
	for (int round = 0; round < ROUNDS; round++) {
		char bytes[RALM_BYTE_BITS];
		uint64_t equal = 0, low = 0;
		for (int i = 0; i < RALM_BYTE_BITS; i++) {
			bytes[i] = some_byte();
			equal |= (uint64_t)(bytes[i] == c) << i;
			low |= (uint64_t)((unsigned char)bytes[i] <=
					  (unsigned char)c) << i;
		}
		vectors = vectors && ralm_bits_equal(bytes, c) == equal &&
			  ralm_bits_at_most(bytes, c) == low;
		plain = plain && plain_bits_equal(bytes, c) == equal &&
			plain_bits_at_most(bytes, c) == low;
	}
	check(vectors, "byte %d among 64", c);
	check(plain, "byte %d among 64, eight at a time", c);
}

/* In memory of the exact size, so that a sanitizer sees a byte read past its end. */
static void test_newline(void)
{
	bool ok = true;
	for (size_t size = 0; size < 200; size++)
		for (size_t at = 0; at <= size; at++) {
			char *text = malloc(size ? size : 1);
			memset(text, 'x', size);
			if (at < size)
				text[at] = text[size - 1] = '\n';
			const char *found = ralm_find_newline(text, size);
			ok = ok && found == (at < size ? text + at : NULL);
			free(text);
		}
	check(ok, "the first newline of 0 to 199 bytes");
}

int main(void)
{
	test_bits(' ');
	test_bits('\n');
	test_bits('\0');
	test_bits('\x7f');
	test_newline();
	return check_done();
}
