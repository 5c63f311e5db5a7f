/*
 * calls FIGURES COUNT: times COUNT mmap/munmap pairs, mremap steps and null madvises, each in a loop of its own.
 * Each as wall time and as processor time of the thread: none of these calls waits, so the two differ only by what
 * other programs take of the machine, or where a tracer stops this one.
 */
#include "clock.h"

#include <stddef.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define BYTES ((size_t)65536)

static void *map(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(at != MAP_FAILED, "mmap");
	return at;
}

static void pairs_untouched(long count)
{
	for (long i = 0; i < count; i++)
		munmap(map(BYTES), BYTES);
}

static void pairs_touched(long count)
{
	for (long i = 0; i < count; i++) {
		volatile char *at = map(BYTES);
		for (size_t page = 0; page < BYTES; page += PAGE)
			at[page] = 1;
		munmap((void *)at, BYTES);
	}
}

/* Room above is kept free by mapping it and giving it back, so that each growth is in place. */
static void grow_shrink(long count)
{
	char *at = map(2 * BYTES);
	munmap(at + BYTES, BYTES);
	for (long i = 0; i < count; i++) {
		check(mremap(at, BYTES, 2 * BYTES, 0) == at, "mremap");
		check(mremap(at, 2 * BYTES, BYTES, 0) == at, "mremap");
	}
	munmap(at, BYTES);
}

static void null_madvise(long count)
{
	void *at = map(BYTES);
	for (long i = 0; i < count; i++)
		madvise(at, 0, MADV_NORMAL);
	munmap(at, BYTES);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*work)(long);
		long share; /* of COUNT, one part in so many: the slow ones need fewer */
	} tests[] = {
		{ "pair", pairs_untouched, 1 },
		{ "pair-touched", pairs_touched, 5 },
		{ "grow-shrink", grow_shrink, 1 },
		{ "null-madvise", null_madvise, 1 },
	};
	long count = argc == 3 ? atol(argv[2]) : 0;
	check(count > 0, "calls FIGURES COUNT");
	FILE *figures = open_figures(argv[1]);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
		long calls = count / tests[i].share + 1;
		tests[i].work(calls / 20 + 1);
		uint64_t wall = nanos_now(), processor = nanos_of(CLOCK_THREAD_CPUTIME_ID);
		tests[i].work(calls);
		wall = nanos_now() - wall;
		processor = nanos_of(CLOCK_THREAD_CPUTIME_ID) - processor;
		fprintf(figures, "%s %llu %ld\n", tests[i].name, (unsigned long long)wall, calls);
		fprintf(figures, "%s-processor %llu %ld\n", tests[i].name, (unsigned long long)processor, calls);
	}
	return fclose(figures) != 0;
}
