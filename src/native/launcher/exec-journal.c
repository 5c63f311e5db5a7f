/* Fills a small journal in memory and writes it as a whole. */
#include "launcher/exec-journal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "sys.h"

#define RECORDS_MAX 64
#define ARGV_BYTES_MAX 2048
#define TEXT_KEY 1
#define CALIBRATION_MICROSECONDS 2000 /* gives the rate to one part in ten thousand */

static struct {
	struct mt_header header;
	struct mt_record records[RECORDS_MAX];
} journal;

static struct {
	uint64_t ticks, nanos;
} first_pair;

static uint64_t exec_slot;

void exec_journal_calibrate(void)
{
	mt_clock_pair(&first_pair.ticks, &first_pair.nanos);
	usleep(CALIBRATION_MICROSECONDS);
}

static struct mt_record *add(uint16_t kind)
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

static struct mt_record *add_instant(uint16_t kind)
{
	struct mt_record *record = add(kind);
	record->tsc_begin = record->tsc_end = mt_ticks();
	record->end = journal.header.cursor;
	return record;
}

static void add_text(uint16_t topic, const char *bytes, size_t count)
{
	uint32_t piece = 0;
	do {
		size_t take = count < MT_TEXT_BYTES ? count : MT_TEXT_BYTES;
		struct mt_text *text = (struct mt_text *)add(MT_KIND_TEXT);
		text->topic = topic;
		text->key = TEXT_KEY;
		text->piece = piece++;
		text->length = (uint16_t)take;
		memcpy(text->bytes, bytes, take);
		bytes += take;
		count -= take;
		if (!count)
			text->flags = MT_TEXT_LAST;
		else if (journal.header.cursor + 3 >= RECORDS_MAX) { /* the exec and its failure need a record each */
			text->flags = MT_TEXT_LAST | MT_TEXT_CUT;
			return;
		}
	} while (count);
}

static void add_arguments(char **argv)
{
	char arguments[ARGV_BYTES_MAX];
	size_t used = 0;
	for (; *argv; argv++) {
		size_t bytes = strlen(*argv) + 1;
		if (used + bytes > sizeof arguments)
			break;
		memcpy(arguments + used, *argv, bytes);
		used += bytes;
	}
	add_text(MT_TOPIC_ARGV, arguments, used);
}

static void begin(void)
{
	struct mt_header *header = &journal.header;
	memset(&journal, 0, sizeof journal);
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
	header->tsc_last = first_pair.ticks;
	header->mono_last = first_pair.nanos;
	header->real_open = mt_clock(MT_CLOCK_REALTIME);
}

static void save(const char *directory)
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

void exec_journal_save(const char *directory, const char *path, char **argv, uint32_t target)
{
	begin();
	add_text(MT_TOPIC_PATH, path, strlen(path));
	if (argv)
		add_arguments(argv);
	exec_slot = journal.header.cursor;
	struct mt_record *record = add_instant(MT_KIND_EXECVE);
	record->path = TEXT_KEY;
	record->target = target;
	journal.header.ended = 1;
	save(directory);
}

void exec_journal_save_failure(const char *directory, int problem)
{
	journal.header.ended = 0;
	struct mt_record *record = add_instant(MT_KIND_EXEC_RETURNED);
	record->args[0] = exec_slot;
	record->result = -problem;
	save(directory);
}

int exec_journal_is_saved(void)
{
	return journal.header.magic != 0;
}
