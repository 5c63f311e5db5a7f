/*
 * Starts the program to be recorded as if the tool were not there: gives it back
 * the descriptor limit and the ignored signals that the tool was started with
 * (Node changes both for itself), puts the hook into its environment, and execs.
 *
 *   maptrail-launch DIRECTORY NOFILE SIGIGN
 *
 * NOFILE is a soft limit and SIGIGN a mask in hexadecimal, or `-` for as it is.
 * The program's arguments and environment are the files `argv` and `environ` in
 * DIRECTORY, each entry ended by a zero byte: bytes that no text encoding on the
 * way from the user's shell has touched.
 * The exec is told to the recorder in a journal of the launcher's own, so that
 * what is to run, and why it may not be recorded, is known as for any other exec.
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
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "record.h"
#include "sys.h"
#include "target.h"

#define RECORDS_MAX 64

extern char **environ;

static struct {
	struct mt_header header;
	struct mt_record records[RECORDS_MAX];
} journal;

/* A clock pair from the start: with the journal's own it gives the rate of the time stamp counter. */
static struct {
	uint64_t ticks, nanos;
} calibration;

/* Two pairs this far apart tell the rate to one part in ten thousand. */
#define CALIBRATION_MICROSECONDS 2000

static struct mt_record *draw(uint16_t kind)
{
	uint64_t slot = journal.header.cursor;
	if (slot >= RECORDS_MAX)
		return &journal.records[RECORDS_MAX - 1];
	struct mt_record *record = &journal.records[slot];
	journal.header.cursor = slot + 1;
	record->kind = kind;
	record->tid = (uint32_t)getpid();
	record->state = MT_STATE_DONE;
	return record;
}

static void tell(uint16_t topic, uint64_t key, const char *bytes, size_t count)
{
	uint32_t piece = 0;
	do {
		size_t take = count < MT_TEXT_BYTES ? count : MT_TEXT_BYTES;
		struct mt_text *text = (struct mt_text *)draw(MT_KIND_TEXT);
		text->topic = topic;
		text->key = key;
		text->piece = piece++;
		text->length = (uint16_t)take;
		memcpy(text->bytes, bytes, take);
		bytes += take;
		count -= take;
		if (!count)
			text->flags = MT_TEXT_LAST;
		else if (journal.header.cursor + 3 >= RECORDS_MAX) {
			text->flags = MT_TEXT_LAST | MT_TEXT_CUT;
			return;
		}
	} while (count);
}

static void open_journal(void)
{
	struct mt_header *header = &journal.header;
	header->magic = MT_MAGIC;
	header->version = MT_VERSION;
	header->header_size = MT_HEADER_SIZE;
	header->record_size = MT_RECORD_SIZE;
	header->page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	header->arch = MT_ARCH;
	header->features = MT_FEATURE_LAUNCHER;
	header->pid = header->tid = (uint32_t)getpid();
	header->ppid = (uint32_t)getppid();
	mt_clock_pair(&header->tsc_open, &header->mono_open);
	header->tsc_last = calibration.ticks;
	header->mono_last = calibration.nanos;
	header->real_open = mt_clock(MT_CLOCK_REALTIME);
}

static struct mt_record *stamp(struct mt_record *record)
{
	record->tsc_begin = record->tsc_end = mt_ticks();
	record->end = journal.header.cursor;
	return record;
}

/* Written before the exec, and again when it failed. */
static void save_journal(const char *directory)
{
	char name[4096];
	size_t bytes = sizeof journal.header + journal.header.cursor * sizeof *journal.records;
	journal.header.limit = journal.header.cursor;
	snprintf(name, sizeof name, "%s/%d-%llx.mtj", directory, (int)getpid(), (unsigned long long)journal.header.tsc_open);
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	if (write(fd, &journal, bytes) != (ssize_t)bytes)
		unlink(name);
	signal(SIGXFSZ, before);
	close(fd);
}

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

static void collect_arguments(char **argv, char *to, size_t room, size_t *used)
{
	for (*used = 0; *argv; argv++) {
		size_t bytes = strlen(*argv) + 1;
		if (*used + bytes > room)
			return;
		memcpy(to + *used, *argv, bytes);
		*used += bytes;
	}
}

/* One try of the search along PATH; returns only when the exec failed. */
static int try_exec(const char *directory, const char *path, char **argv, char **envp)
{
	static const struct mt_header blank;
	char arguments[2048];
	size_t used;
	uint64_t slot;
	journal.header = blank;
	memset(journal.records, 0, sizeof journal.records);
	open_journal();
	collect_arguments(argv, arguments, sizeof arguments, &used);
	tell(MT_TOPIC_PATH, 1, path, strlen(path));
	tell(MT_TOPIC_ARGV, 1, arguments, used);
	slot = journal.header.cursor;
	struct mt_record *record = draw(MT_KIND_EXECVE);
	record->path = 1;
	record->target = mt_target_inspect(AT_FDCWD, path);
	stamp(record);
	journal.header.ended = 1;
	save_journal(directory);

	execve(path, argv, envp);
	int problem = errno;
	journal.header.ended = 0;
	record = draw(MT_KIND_EXEC_RETURNED);
	record->args[0] = slot;
	record->result = -problem;
	stamp(record);
	save_journal(directory);
	return problem;
}

/* A file without a #! line is a shell script, as for execvp(3). */
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

/* As execvp: along PATH, going on past what is not there, remembering a refusal. */
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

static void tell_not_found(const char *directory, char **program, int problem)
{
	open_journal();
	tell(MT_TOPIC_PATH, 1, *program, strlen(*program));
	uint64_t slot = journal.header.cursor;
	struct mt_record *record = stamp(draw(MT_KIND_EXECVE));
	record->path = 1;
	record->target = MT_TARGET_NO_ENTRY;
	record = draw(MT_KIND_EXEC_RETURNED);
	record->args[0] = slot;
	record->result = -problem;
	stamp(record);
	save_journal(directory);
}

/* A file of entries that end in a zero byte, as a null-terminated array; null when it cannot be read. */
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
	mt_clock_pair(&calibration.ticks, &calibration.nanos);
	usleep(CALIBRATION_MICROSECONDS);
	const char *directory = argv[1];
	char **program = read_entries(directory, "argv"), **environment = read_entries(directory, "environ");
	if (!program || !*program || !environment) {
		fprintf(stderr, "maptrail: the program's arguments cannot be read from %s\n", directory);
		return 125;
	}
	environ = environment; /* PATH is searched as the program's own environment says */
	void *memory = malloc(mt_environment_size(environment, directory));
	if (!memory)
		return 125;
	char **envp = mt_environment_carry(memory, environment, directory);
	restore_limits(argv[2], argv[3]);
	int problem = search(directory, program, envp);
	if (!journal.header.magic) /* nothing was tried: say so all the same */
		tell_not_found(directory, program, problem);
	return problem == ENOENT || problem == ENOTDIR ? 127 : 126;
}
