/* paced SECONDS PER_SECOND FIGURES: maps and unmaps at a steady pace; notes what a pair of calls took, and how many pairs there were. */
#include <sys/mman.h>
#include <sys/prctl.h>

#include "clock.h"

int main(int argc, char **argv)
{
	check(argc == 4, "usage");
	double seconds = strtod(argv[1], NULL);
	double per_second = strtod(argv[2], NULL);
	FILE *figures = open_figures(argv[3]);
	uint64_t pairs = 0, spent = 0;
	uint64_t began = nanos_now();
	uint64_t until = began + (uint64_t)(seconds * 1e9);
	prctl(PR_SET_TIMERSLACK, 1);
	for (uint64_t now = began; now < until; now = nanos_now()) {
		uint64_t due = (uint64_t)((double)(now - began) / 1e9 * per_second / 2);
		for (; pairs < due; pairs++) {
			uint64_t before = nanos_of(CLOCK_THREAD_CPUTIME_ID);
			void *range = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			check(range != MAP_FAILED, "mmap");
			check(munmap(range, 65536) == 0, "munmap");
			spent += nanos_of(CLOCK_THREAD_CPUTIME_ID) - before;
		}
		struct timespec pause = { .tv_nsec = 1000000 };
		nanosleep(&pause, NULL);
	}
	fprintf(figures, "pair %llu %llu\n", (unsigned long long)spent, (unsigned long long)pairs);
	return fclose(figures) == 0 ? 0 : 1;
}
