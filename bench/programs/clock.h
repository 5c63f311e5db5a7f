/* The clock of the measured programs, and the file that they leave their figures in: a line "NAME NANOSECONDS COUNT" each. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t nanos_of(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline uint64_t nanos_now(void)
{
	return nanos_of(CLOCK_MONOTONIC);
}

static inline void check(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

static inline FILE *open_figures(const char *path)
{
	FILE *file = fopen(path, "w");
	check(file != NULL, path);
	return file;
}

#endif
