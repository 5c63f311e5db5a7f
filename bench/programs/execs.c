/*
 * execs FIGURES COUNT PROGRAM: times COUNT runs of PROGRAM, by posix_spawn and by fork and exec; both as wall time
 * and as processor time of this process and its children.
 */
#include "clock.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char *arguments[2];

static pid_t by_spawn(void)
{
	pid_t pid;
	check(posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ) == 0, arguments[0]);
	return pid;
}

static pid_t by_fork(void)
{
	pid_t pid = fork();
	check(pid >= 0, "fork");
	if (pid == 0) {
		execv(arguments[0], arguments);
		_exit(127);
	}
	return pid;
}

static void run(pid_t (*start)(void), long count)
{
	for (long i = 0; i < count; i++) {
		int status = -1;
		check(waitpid(start(), &status, 0) > 0 && status == 0, arguments[0]);
	}
}

static uint64_t processor_nanos(int who)
{
	struct rusage usage;
	check(getrusage(who, &usage) == 0, "getrusage");
	uint64_t seconds = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
	return seconds * 1000000000u + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

static uint64_t processor_now(void)
{
	return processor_nanos(RUSAGE_SELF) + processor_nanos(RUSAGE_CHILDREN);
}

static void measure(FILE *figures, const char *name, pid_t (*start)(void), long count)
{
	run(start, 3);
	uint64_t wall = nanos_now(), processor = processor_now();
	run(start, count);
	wall = nanos_now() - wall;
	processor = processor_now() - processor;
	fprintf(figures, "%s %llu %ld\n", name, (unsigned long long)wall, count);
	fprintf(figures, "%s-processor %llu %ld\n", name, (unsigned long long)processor, count);
}

int main(int argc, char **argv)
{
	long count = argc == 4 ? atol(argv[2]) : 0;
	check(count > 0, "execs FIGURES COUNT PROGRAM");
	arguments[0] = argv[3];
	FILE *figures = open_figures(argv[1]);
	measure(figures, "spawn", by_spawn, count);
	measure(figures, "fork", by_fork, count);
	return fclose(figures) != 0;
}
