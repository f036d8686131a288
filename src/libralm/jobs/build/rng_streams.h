/* The streams of random numbers of one rng_seed. Each part of the builder draws from
 * its own, so that more draws of one do not change those of another. */
#ifndef RALM_JOBS_BUILD_RNG_STREAMS_H
#define RALM_JOBS_BUILD_RNG_STREAMS_H

enum ralm_build_stream {
	RALM_STREAM_SPLIT_VALIDATION = 0x62756969, /* what is held out for it */
	RALM_STREAM_VALIDATION, /* seeds and negatives of the validation */
	RALM_STREAM_FIELDS,     /* what planted fields tell */
	RALM_STREAM_PLANTED,    /* the planted click log */
	RALM_STREAM_SPLIT,      /* what is held out for the test */
	RALM_STREAM_TEST,       /* seeds and negatives of the test */
	RALM_STREAM_TRAIN,      /* of pass 0; + pass for the others, so it is last */
};

#endif
