/*
 * stacks FIGURES COUNT: the cheapest recorded call below stacks of several depths, COUNT
 * times each; and COUNT / 8 times below a chain of functions that ends another way each time.
 */
#include "clock.h"

#include <sys/mman.h>

static char page[8192];

/* Wall and processor time of the last loop. */
static uint64_t wall, processor;

static void begin(void)
{
	wall = nanos_now();
	processor = nanos_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void end(void)
{
	processor = nanos_of(CLOCK_PROCESS_CPUTIME_ID) - processor;
	wall = nanos_now() - wall;
}

static void tell(FILE *figures, const char *name, long count)
{
	fprintf(figures, "%s %llu %ld\n", name, (unsigned long long)wall, count);
	fprintf(figures, "%s-processor %llu %ld\n", name, (unsigned long long)processor, count);
}

static __attribute__((noinline)) void call_once(void)
{
	madvise((void *)(((uintptr_t)page + 4095) & ~(uintptr_t)4095), 4096, MADV_NORMAL);
}

static __attribute__((noinline)) void call_often(long count)
{
	begin();
	for (long i = 0; i < count; i++)
		call_once();
	end();
}

/* Two functions that call each other, so that not all frames are of one kind. */
static __attribute__((noinline)) void odd(int depth, long count);

static __attribute__((noinline)) void even(int depth, long count)
{
	char room[24];
	__asm__ volatile("" ::"r"(room) : "memory");
	if (depth > 1)
		odd(depth - 1, count);
	else
		call_often(count);
	__asm__ volatile("" ::"r"(room) : "memory");
}

static __attribute__((noinline)) void odd(int depth, long count)
{
	char room[72];
	__asm__ volatile("" ::"r"(room) : "memory");
	if (depth > 1)
		even(depth - 1, count);
	else
		call_often(count);
	__asm__ volatile("" ::"r"(room) : "memory");
}

/* Below the chain lie main and three frames of libc's start, above it call_often. */
static void measure(FILE *figures, const char *name, int frames, long count)
{
	even(frames - 6, count);
	tell(figures, name, count);
}

static __attribute__((noinline)) void alternate(int way, int depth)
{
	if (!depth)
		call_once();
	else if (way & 1) {
		alternate(way >> 1, depth - 1);
		__asm__ volatile("# odd");
	} else {
		alternate(way >> 1, depth - 1);
		__asm__ volatile("# even");
	}
	__asm__ volatile("" ::"r"(way) : "memory");
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? atol(argv[2]) : 0;
	check(count > 8, "stacks FIGURES COUNT");
	FILE *figures = open_figures(argv[1]);
	call_often(1000);
	measure(figures, "frames-8", 8, count);
	measure(figures, "frames-32", 32, count);
	measure(figures, "frames-64", 64, count);
	begin();
	for (long i = 0; i < count / 8; i++)
		alternate((int)i & 63, 16);
	end();
	tell(figures, "changing", count / 8);
	return fclose(figures) != 0;
}
