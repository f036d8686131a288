/* The streams of random numbers of one rng_seed: draws of one part of the
 * builder never shift those of another. */
#ifndef RALM_JOBS_BUILD_RNG_STREAMS_H
#define RALM_JOBS_BUILD_RNG_STREAMS_H

enum ralm_build_stream {
	RALM_STREAM_FIELDS = 0x6275696b,    /* what planted fields tell */
	RALM_STREAM_SYNTHETIC = 0x6275696c, /* the planted click log */
	RALM_STREAM_SPLIT,                  /* what is held out */
	RALM_STREAM_TEST,                   /* seeds and negatives of the test */
	RALM_STREAM_TRAIN,                  /* + pass */
};

#endif
