/* exp, tanh and the small dots of the kernels, beside what a library would do.
 * vector-maths.sh compiles this once for each instruction set, with the kernels'
 * own source in it, and says how it is run: INSTRUCTION_SET is its name,
 * HAVE_SLEEF where SLEEF is installed.
 *
 * Prints "NAME<TAB>BY<TAB>NS<TAB>ULP" lines: nanoseconds an element, the fastest
 * of some runs over an array that stays in the nearest cache, and the largest
 * error in units of the last place over the numbers that are met; of the dots
 * nanoseconds a dot. */
#define RALM_ISA bench
#include "libralm/kernels/sample_kernels.c"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef HAVE_SLEEF
#include <sleef.h>
#endif

enum { COUNT = 4096, RUNS = 200 };

typedef float vector __attribute__((vector_size(4 * RALM_LANES)));
typedef float loose __attribute__((vector_size(4 * RALM_LANES), aligned(4)));

/* The vector functions of glibc 2.35, under the names of their ABI. */
#if defined __x86_64__ && defined __GLIBC__ && __GLIBC_PREREQ(2, 35)
#define HAVE_LIBMVEC 1
#if RALM_LANES == 16
#define MVEC(name) _ZGVeN16v_##name
#elif RALM_LANES == 8
#define MVEC(name) _ZGVdN8v_##name
#else
#define MVEC(name) _ZGVbN4v_##name
#endif
vector MVEC(expf)(vector x);
vector MVEC(tanhf)(vector x);
#endif

#if RALM_LANES == 16
#define SLEEF(name, ulp) Sleef_##name##16_##ulp##avx512f
#elif RALM_LANES == 8
#define SLEEF(name, ulp) Sleef_##name##8_##ulp##avx2
#else
#define SLEEF(name, ulp) Sleef_##name##4_##ulp##sse2
#endif

static void own_exp(float *y, const float *x)
{
	for (size_t i = 0; i < COUNT; i += LANES)
		store(y + i, exp_of(load(x + i)));
}

static void own_tanh(float *y, const float *x)
{
	for (size_t i = 0; i < COUNT; i += LANES)
		store(y + i, tanh_of(load(x + i)));
}

#define OVER_VECTORS(name, function)                                     \
	static void name(float *y, const float *x)                       \
	{                                                                \
		for (size_t i = 0; i < COUNT; i += LANES)                \
			*(loose *)(y + i) =                              \
				(loose)function(*(const loose *)(x + i)); \
	}
#ifdef HAVE_LIBMVEC
OVER_VECTORS(mvec_exp, MVEC(expf))
OVER_VECTORS(mvec_tanh, MVEC(tanhf))
#endif
#ifdef HAVE_SLEEF
OVER_VECTORS(sleef_exp, SLEEF(expf, u10))
OVER_VECTORS(sleef_tanh, SLEEF(tanhf, u10))
OVER_VECTORS(sleef_tanh_35, SLEEF(tanhf, u35))
#endif

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of a call: the fastest of RUNS. */
#define FASTEST(seconds, call)                              \
	do {                                                \
		seconds = 1;                                \
		for (int run_ = 0; run_ < RUNS; run_++) {   \
			double start_ = now();              \
			for (int i_ = 0; i_ < 10; i_++)     \
				call;                       \
			double took_ = (now() - start_) / 10; \
			if (took_ < seconds)                \
				seconds = took_;            \
		}                                           \
	} while (0)

/* Numbers from low to high, evenly, and as many again that come nearer and
 * nearer to zero. */
static void fill(float *x, float low, float high, size_t turn, size_t turns)
{
	for (size_t i = 0; i < COUNT; i++) {
		double part = ((double)(i / 2 * turns + turn) + 0.5) /
			      (COUNT / 2 * (double)turns);
		double even = low + (high - low) * part;
		x[i] = (float)(i % 2 ? even : even * exp(-14 * part));
	}
}

static double worst(void (*f)(float *, const float *), double (*exact)(double),
		    float low, float high)
{
	enum { TURNS = 1000 };
	static float x[COUNT], y[COUNT];
	double most = 0;

	for (size_t turn = 0; turn < TURNS; turn++) {
		fill(x, low, high, turn, TURNS);
		f(y, x);
		for (size_t i = 0; i < COUNT; i++) {
			double want = exact((double)x[i]);
			float near = fabsf((float)want);
			double unit = (double)(nextafterf(near, 1e30f) - near);
			double off = fabs((double)y[i] - want) / unit;
			most = off > most ? off : most;
		}
	}
	return most;
}

static void function(const char *name, const char *by,
		     void (*f)(float *, const float *), double (*exact)(double),
		     float low, float high)
{
	static float x[COUNT], y[COUNT];
	double seconds;

	fill(x, low, high, 0, 1);
	FASTEST(seconds, f(y, x));
	printf("%s\t%s\t%s\t%.2f\t%.1f\n", INSTRUCTION_SET, name, by,
	       seconds * 1e9 / COUNT, worst(f, exact, low, high));
}

/* 20 dots of length n, as a sample has them with its seeds. */
static void dots(size_t n)
{
	enum { ROWS = 20 };
	static float S[ROWS * 1024], q[1024], y[ROWS];
	const float *rows[ROWS];
	double own, one, many;

	for (size_t i = 0; i < ROWS * n; i++)
		S[i] = (float)rand() / (float)RAND_MAX - 0.5f;
	memcpy(q, S, n * sizeof *q);
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = S + i * n;
	FASTEST(own, for (size_t i = 0; i < ROWS; i += 4)
			products_of_one(y + i, rows + i, q, n, NULL));
	FASTEST(one, for (int i = 0; i < ROWS; i++)
			y[i] = cblas_sdot((blasint)n, S + (size_t)i * n, 1, q, 1));
	FASTEST(many, cblas_sgemv(CblasRowMajor, CblasNoTrans, ROWS,
				  (blasint)n, 1, S, (blasint)n, q, 1, 0, y, 1));
	printf("%s\tdot %zu\town\t%.2f\t\n", INSTRUCTION_SET, n,
	       own * 1e9 / ROWS);
	printf("%s\tdot %zu\tcblas_sdot\t%.2f\t\n", INSTRUCTION_SET, n,
	       one * 1e9 / ROWS);
	printf("%s\tdot %zu\tcblas_sgemv\t%.2f\t\n", INSTRUCTION_SET, n,
	       many * 1e9 / ROWS);
}

int main(void)
{
#ifdef __x86_64__
	if (LANES == 16 ? !__builtin_cpu_supports("avx512dq")
			: LANES == 8 && !__builtin_cpu_supports("avx2"))
		return 77;
#endif
	openblas_set_num_threads(1);
	function("exp", "own", own_exp, exp, -20, 0);
#ifdef HAVE_LIBMVEC
	function("exp", "libmvec", mvec_exp, exp, -20, 0);
#endif
#ifdef HAVE_SLEEF
	function("exp", "SLEEF u10", sleef_exp, exp, -20, 0);
#endif
	function("tanh", "own", own_tanh, tanh, -12, 12);
#ifdef HAVE_LIBMVEC
	function("tanh", "libmvec", mvec_tanh, tanh, -12, 12);
#endif
#ifdef HAVE_SLEEF
	function("tanh", "SLEEF u10", sleef_tanh, tanh, -12, 12);
	function("tanh", "SLEEF u35", sleef_tanh_35, tanh, -12, 12);
#endif
	dots(64);
	dots(96);
	return 0;
}
