/*
 * churn THREADS EVENTS PER_SECOND: about EVENTS calls in all, as programs make them: ranges of many sizes that are
 * mapped, grown, protected, advised and unmapped. PER_SECOND 0 is as fast as it goes, else the threads keep that pace.
 */
#include "clock.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define RANGES 256
#define THREADS_MAX 256
#define PACE 256 /* calls between two looks at the clock */

struct range {
	char *at;
	size_t pages;
};

static long events_each;
static double nanos_per_event;

static uint32_t below(uint32_t *state, uint32_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % limit;
}

static void keep_pace(uint64_t from, long done)
{
	if (nanos_per_event == 0)
		return;
	uint64_t due = from + (uint64_t)((double)done * nanos_per_event), now = nanos_now();
	if (now >= due)
		return;
	struct timespec pause = { (time_t)((due - now) / 1000000000u), (long)((due - now) % 1000000000u) };
	nanosleep(&pause, NULL);
}

static void map(struct range *range, uint32_t *state)
{
	range->pages = 1 + below(state, 64);
	range->at = mmap(NULL, range->pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(range->at != MAP_FAILED, "mmap");
}

static void change(struct range *range, uint32_t *state)
{
	uint32_t dice = below(state, 100);
	if (dice < 48) {
		munmap(range->at, range->pages * PAGE);
		range->pages = 0;
	} else if (dice < 70) {
		size_t grown = range->pages + 1 + below(state, 32);
		char *at = mremap(range->at, range->pages * PAGE, grown * PAGE, MREMAP_MAYMOVE);
		check(at != MAP_FAILED, "mremap");
		range->at = at;
		range->pages = grown;
	} else if (dice < 85) {
		mprotect(range->at, range->pages * PAGE, below(state, 2) ? PROT_READ : PROT_READ | PROT_WRITE);
	} else {
		madvise(range->at, range->pages * PAGE, below(state, 3) ? MADV_DONTNEED : MADV_FREE);
	}
}

static void *work(void *seed)
{
	struct range ranges[RANGES] = { 0 };
	uint32_t state = 2463534242u + (uint32_t)(uintptr_t)seed * 977u;
	uint64_t from = nanos_now();
	for (long done = 0; done < events_each; done++) {
		struct range *range = &ranges[below(&state, RANGES)];
		if (range->pages == 0)
			map(range, &state);
		else
			change(range, &state);
		if (done % PACE == PACE - 1)
			keep_pace(from, done);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int used = argc == 4 ? atoi(argv[1]) : 0;
	check(used > 0 && used <= THREADS_MAX, "churn THREADS EVENTS PER_SECOND");
	events_each = atol(argv[2]) / used;
	double per_second = atof(argv[3]);
	nanos_per_event = per_second > 0 ? 1e9 * used / per_second : 0;
	for (int i = 0; i < used; i++)
		check(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i) == 0, "pthread_create");
	for (int i = 0; i < used; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
