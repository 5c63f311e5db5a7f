/* Opens a process's journal: names the file, gives it its first slots, fills in the header. */
#include "journal/open.h"

#include "bytes.h"
#include "journal/file.h"

/* Under a small RLIMIT_FSIZE the recorder extends a new journal; it polls every few milliseconds. */
static uint32_t await_room(int fd)
{
	const int64_t millisecond[2] = { 0, 1000000 };
	struct {
		uint64_t words[18];
	} stat;
	for (int i = 0; i < 300; i++) {
		if (!mt_failed(mt_sys2(MT_NR_fstat, fd, (long)&stat)) && stat.words[6] >= mt_slots_to_bytes(MT_FIRST_SLOTS))
			return MT_LOST_NOTHING;
		mt_sys2(MT_NR_nanosleep, (long)millisecond, 0);
	}
	return MT_LOST_LIMIT;
}

static void name_journal(struct mt_tracer *tracer, uint64_t ticks)
{
	char *end = mt_put(tracer->file, mt_config.directory);
	end = mt_put_decimal(mt_put(end, "/"), tracer->pid);
	end = mt_put_hex(mt_put(end, "-"), ticks);
	*mt_put(end, ".mtj") = 0;
}

/*
 * Maps the header and all slots that may ever be needed, since the file's path may stop working
 * later (chroot). Under RLIMIT_AS only one piece; room.c maps the next.
 */
static struct mt_header *map_first(struct mt_tracer *tracer, int fd)
{
	uint64_t at = mt_config.tool_base + MT_JOURNAL_OFFSET;
	uint64_t slots = mt_soft_limit(MT_RLIMIT_AS) == ~0ull ? MT_SLOTS_MAX : MT_PIECE_SLOTS;
	for (; slots >= MT_PIECE_SLOTS; slots /= 16)
		if (mt_file_map(at, mt_slots_to_bytes(slots), fd, 0)) {
			tracer->base = at + MT_HEADER_SIZE;
			tracer->mapped = slots;
			tracer->released = 0;
			return (struct mt_header *)at;
		}
	return 0;
}

static void fill_header(struct mt_tracer *tracer, struct mt_header *header, uint32_t features)
{
	header->version = MT_VERSION;
	header->header_size = MT_HEADER_SIZE;
	header->record_size = MT_RECORD_SIZE;
	header->page_size = 4096;
	header->arch = MT_ARCH;
	header->features = features;
	header->pid = tracer->pid;
	header->ppid = (uint32_t)mt_sys0(MT_NR_getppid);
	header->tid = mt_tid(tracer);
	if (features & MT_FEATURE_FORKED) {
		header->parent_pid = mt_config.parent_pid;
		header->parent_open_tsc = mt_config.parent_open_tsc;
	}
	mt_clock_pair(&header->tsc_open, &header->mono_open);
	header->real_open = mt_clock(MT_CLOCK_REALTIME);
	header->tool_base = mt_config.tool_base;
	header->tool_length = mt_config.tool_length;
	header->library_base = mt_config.library_base;
	header->library_length = mt_config.library_length;
	header->stacks = mt_config.stacks;
	header->limit = MT_FIRST_SLOTS;
	__atomic_store_n(&header->magic, MT_MAGIC, __ATOMIC_RELEASE);
}

int mt_journal_open(struct mt_tracer *tracer, uint32_t features)
{
	mt_tid_forget();
	tracer->pid = (uint32_t)mt_sys0(MT_NR_getpid);
	name_journal(tracer, mt_ticks());
	int fd = mt_open(tracer->file, MT_O_RDWR | MT_O_CREAT | MT_O_EXCL | MT_O_NOFOLLOW, 0600);
	if (mt_failed(fd))
		return 0;
	uint32_t problem = mt_file_allocate(fd, 0, mt_slots_to_bytes(MT_FIRST_SLOTS));
	if (problem == MT_LOST_LIMIT)
		problem = await_room(fd);
	struct mt_header *header = problem ? 0 : map_first(tracer, fd);
	mt_close(fd);
	if (!header)
		return 0;
	fill_header(tracer, header, features);
	mt_config.parent_pid = tracer->pid;
	mt_config.parent_open_tsc = header->tsc_open;
	tracer->header = header;
	__atomic_store_n(&tracer->ready, 1, __ATOMIC_RELEASE);
	return 1;
}
