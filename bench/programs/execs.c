/* execs FIGURES COUNT PROGRAM: times COUNT runs of PROGRAM, by posix_spawn and by fork and exec. */
#include "clock.h"

#include <spawn.h>
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

int main(int argc, char **argv)
{
	long count = argc == 4 ? atol(argv[2]) : 0;
	check(count > 0, "execs FIGURES COUNT PROGRAM");
	arguments[0] = argv[3];
	FILE *figures = open_figures(argv[1]);
	run(by_spawn, 3);
	uint64_t from = nanos_now();
	run(by_spawn, count);
	fprintf(figures, "spawn %llu %ld\n", (unsigned long long)(nanos_now() - from), count);
	run(by_fork, 3);
	from = nanos_now();
	run(by_fork, count);
	fprintf(figures, "fork %llu %ld\n", (unsigned long long)(nanos_now() - from), count);
	return fclose(figures) != 0;
}
