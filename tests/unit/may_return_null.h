/* For tests that ask for more memory than there is: under AddressSanitizer, too, the
 * answer is NULL then, and not the end of the program. */
#ifndef RALM_TESTS_MAY_RETURN_NULL_H
#define RALM_TESTS_MAY_RETURN_NULL_H

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

#endif
