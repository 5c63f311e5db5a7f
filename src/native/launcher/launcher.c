/*
 * Starts the program to be recorded: restores the descriptor limit and the ignored signals that the
 * tool itself was started with (Node changes both), adds the hook to the environment, and execs.
 *
 *   maptrail-launch DIRECTORY NOFILE SIGIGN
 *
 * NOFILE is a soft limit and SIGIGN a mask in hexadecimal; `-` leaves either as it is. The program's
 * arguments and environment are the files `argv` and `environ` in DIRECTORY, each entry ended by a
 * zero byte, so that no text encoding between the user's shell and here can change them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exec/environment.h"
#include "exec/target.h"
#include "launcher/exec-journal.h"
#include "record.h"

extern char **environ;

static void restore_limits(const char *nofile, const char *ignored)
{
	struct rlimit limit;
	if (*nofile != '-' && !getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = strtoull(nofile, 0, 10);
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (*ignored == '-')
		return;
	unsigned long long mask = strtoull(ignored, 0, 16);
	for (int number = 1; number <= 31; number++)
		if (number != SIGKILL && number != SIGSTOP && number != SIGCHLD)
			signal(number, mask >> (number - 1) & 1 ? SIG_IGN : SIG_DFL);
}

/* Tries one file; returns errno, since it returns only when the exec failed. */
static int try_exec(const char *directory, const char *path, char **argv, char **envp)
{
	exec_journal_save(directory, path, argv, mt_target_inspect(AT_FDCWD, path));
	execve(path, argv, envp);
	int problem = errno;
	exec_journal_save_failure(directory, problem);
	return problem;
}

/* A file that the kernel cannot run is a shell script, as for execvp(3). */
static int try_script(const char *directory, const char *path, char **argv, char **envp)
{
	size_t count = 0;
	while (argv[count])
		count++;
	char **shell = calloc(count + 3, sizeof *shell);
	if (!shell)
		return ENOMEM;
	shell[0] = "/bin/sh";
	shell[1] = (char *)path;
	memcpy(shell + 2, argv + 1, count * sizeof *shell);
	return try_exec(directory, shell[0], shell, envp);
}

static int try_program(const char *directory, const char *path, char **argv, char **envp)
{
	int problem = try_exec(directory, path, argv, envp);
	return problem == ENOEXEC ? try_script(directory, path, argv, envp) : problem;
}

/* As execvp(3): along PATH; EACCES is reported only when no later folder has the program. */
static int search(const char *directory, char **argv, char **envp)
{
	const char *name = argv[0];
	if (strchr(name, '/'))
		return try_program(directory, name, argv, envp);
	const char *list = getenv("PATH");
	int problem = ENOENT;
	if (!list)
		list = "/bin:/usr/bin";
	for (;;) {
		size_t length = strcspn(list, ":");
		char path[4096];
		if (length + strlen(name) + 2 <= sizeof path) {
			snprintf(path, sizeof path, "%.*s%s%s", (int)length, list, length ? "/" : "", name);
			struct stat status;
			if (!stat(path, &status)) {
				int found = S_ISDIR(status.st_mode) ? EACCES : try_program(directory, path, argv, envp);
				if (found != ENOENT && found != ENOTDIR && found != EACCES)
					return found;
				if (found == EACCES)
					problem = EACCES;
			}
		}
		if (!list[length])
			return problem;
		list += length + 1;
	}
}

/* The entries of a file, each ended by a zero byte, as a null-terminated array; null when it cannot be read. */
static char **read_entries(const char *directory, const char *file)
{
	char name[4096];
	struct stat status;
	snprintf(name, sizeof name, "%s/%s", directory, file);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status))
		return 0;
	size_t bytes = (size_t)status.st_size, count = 0;
	char *text = malloc(bytes + 1);
	if (!text || read(fd, text, bytes) != (ssize_t)bytes)
		return 0;
	close(fd);
	text[bytes] = 0;
	for (size_t i = 0; i < bytes; i++)
		count += !text[i];
	char **entries = calloc(count + 1, sizeof *entries);
	for (size_t i = 0; entries && i < count; i++, text += strlen(text) + 1)
		entries[i] = text;
	return entries;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: maptrail-launch DIRECTORY NOFILE SIGIGN\n");
		return 125;
	}
	exec_journal_calibrate();
	const char *directory = argv[1];
	char **program = read_entries(directory, "argv"), **environment = read_entries(directory, "environ");
	if (!program || !*program || !environment) {
		fprintf(stderr, "maptrail: the program's arguments cannot be read from %s\n", directory);
		return 125;
	}
	environ = environment; /* getenv("PATH") must be the program's */
	void *memory = malloc(mt_environment_size(environment, directory));
	if (!memory)
		return 125;
	char **envp = mt_environment_carry(memory, environment, directory);
	restore_limits(argv[2], argv[3]);
	int problem = search(directory, program, envp);
	if (!exec_journal_is_saved()) { /* no file of that name was found */
		exec_journal_save(directory, *program, 0, MT_TARGET_NO_ENTRY);
		exec_journal_save_failure(directory, problem);
	}
	return problem == ENOENT || problem == ENOTDIR ? 127 : 126;
}
