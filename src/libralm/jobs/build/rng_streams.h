/* The streams of random numbers of one rng_seed: draws of one part of the
 * builder never shift those of another. */
#ifndef RALM_JOBS_BUILD_RNG_STREAMS_H
#define RALM_JOBS_BUILD_RNG_STREAMS_H

enum ralm_build_stream {
	RALM_STREAM_SPLIT_VALIDATION = 0x62756969, /* what is held out for it */
	RALM_STREAM_VALIDATION,             /* its seeds and negatives */
	RALM_STREAM_FIELDS,                 /* what planted fields tell */
	RALM_STREAM_SYNTHETIC , /* the planted click log */
	RALM_STREAM_SPLIT,                  /* what is held out for the test */
	RALM_STREAM_TEST,                   /* seeds and negatives of the test */
	RALM_STREAM_TRAIN,                  /* + pass */
};

#endif
