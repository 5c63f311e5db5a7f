/*
 * What happens at a patched site: the program's call is made, and recorded.
 * Runs inside someone else's process, on its stack, in any thread, in signal
 * handlers and in half-made children: no libc, no lock, no allocation, errno
 * untouched (the kernel's raw result goes back to libc as it came).
 */
#include "hook.h"

#include "calls.h"
#include "unwind.h"

#define PR_SET_SECCOMP 22
#define PR_SET_VMA 0x53564d41
#define IPC_STAT 2
#define CLOCK_EVERY 0x3fffu /* slots between two clock pairs, less one */

enum mt_way mt_dispatch(struct mt_frame *frame) __attribute__((visibility("hidden"), used));

static void write_clock(struct mt_tracer *tracer)
{
	uint64_t slot;
	struct mt_record *record = mt_draw(tracer, &slot);
	uint64_t ticks, now;
	mt_clock_pair(&ticks, &now);
	tracer->header->tsc_last = ticks;
	tracer->header->mono_last = now;
	if (!record)
		return;
	record->kind = MT_KIND_CLOCK;
	record->tid = mt_tid(tracer);
	record->args[0] = ticks;
	record->args[1] = now;
	record->end = slot + 1;
	mt_finish(record);
}

/* The clock record goes first: it parts calls that ended before from those that run while the maps are read. */
void mt_observe_maps(struct mt_tracer *tracer, uint64_t moment)
{
	write_clock(tracer);
	mt_text_maps(tracer, moment);
}

static int is_recording(struct mt_tracer *tracer)
{
	if (__builtin_expect(!__atomic_load_n(&tracer->ready, __ATOMIC_ACQUIRE), 0)) {
		/* the child of a fork that no site announced (a raw clone) */
		if (!mt_journal_open(tracer, MT_FEATURE_FORKED))
			return 0;
		mt_observe_maps(tracer, MT_MOMENT_FORK);
	}
	return !__atomic_load_n(&tracer->header->stop, __ATOMIC_RELAXED);
}

struct mt_record *mt_begin(struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind, unsigned arguments,
			   uint64_t *slot)
{
	uint64_t caller;
	uint32_t stack = mt_stack_of(tracer, frame, &caller); /* first: it may write records of its own */
	struct mt_record *record = mt_draw(tracer, slot);
	if (!record)
		return 0;
	record->kind = kind;
	record->tid = mt_tid(tracer);
	record->return_address = caller;
	record->stack = stack;
	for (unsigned i = 0; i < arguments; i++)
		record->args[i] = frame->args[i];
	record->tsc_begin = mt_ticks();
	__atomic_store_n(&record->state, MT_STATE_BEGUN, __ATOMIC_RELEASE);
	return record;
}

/* Device, inode and path of the file that an mmap mapped. Kept apart: its buffers must not lie below a walk. Asked after the call, whose time it must not enter. */
static __attribute__((noinline)) void name_file(struct mt_tracer *tracer, struct mt_record *record, int fd)
{
	uint64_t status[18], seed[2];
	char link[40];
	if (tracer->sealed || mt_failed(mt_sys2(MT_NR_fstat, fd, (long)status)))
		return;
	uint64_t major = status[0] >> 8 & 0xfff, minor = (status[0] & 0xff) | (status[0] >> 12 & 0xfff00);
	record->dev = (uint32_t)(major << 20 | minor);
	record->inode = status[1];
	record->flags |= MT_FLAG_FILE;
	seed[0] = status[0];
	seed[1] = status[1];
	*mt_put_decimal(mt_put(link, "/proc/self/fd/"), (uint32_t)fd) = 0;
	record->path = mt_text_link(tracer, link, MT_TOPIC_PATH, seed);
}

/* A segment's size stands in no argument of shmat. */
static __attribute__((noinline)) void measure_segment(struct mt_tracer *tracer, struct mt_record *record)
{
	uint64_t status[14];
	if (tracer->sealed || mt_failed(mt_sys3(MT_NR_shmctl, (long)record->args[0], IPC_STAT, (long)status)))
		return;
	record->args[3] = status[6];
	record->args[4] = record->args[0];
	record->flags |= MT_FLAG_SHM_SIZE;
}

void mt_end(struct mt_tracer *tracer, struct mt_record *record, long result, uint64_t slot)
{
	record->result = result;
	mt_finish(record);
	if (__builtin_expect((slot & (MT_POPULATED_SLOTS - 1)) == 0, 0) && !tracer->sealed)
		mt_journal_populate(tracer, slot);
	if (__builtin_expect((slot & CLOCK_EVERY) == CLOCK_EVERY, 0) && !tracer->sealed) {
		write_clock(tracer);
		mt_journal_release(tracer);
	}
}

void mt_mark(struct mt_record *record, uint64_t slot, long result)
{
	record->tsc_end = record->tsc_begin;
	record->end = slot + 1;
	record->result = result;
	mt_finish(record);
}

/* Makes a call and records it. */
static enum mt_way record_call(struct mt_tracer *tracer, struct mt_frame *frame, uint16_t kind, unsigned arguments)
{
	uint64_t slot;
	struct mt_record *record = mt_begin(tracer, frame, kind, arguments, &slot);
	int goes = mt_memory_goes(tracer, frame, kind);
	if (record)
		record->tsc_begin = mt_ticks();
	long result = mt_program_call(frame);
	if (record) {
		record->tsc_end = mt_ticks();
		record->end = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
		if (kind == MT_KIND_MMAP && !(frame->args[3] & MT_MAP_ANONYMOUS) && !mt_failed(result))
			name_file(tracer, record, (int)frame->args[4]);
		else if (kind == MT_KIND_SHMAT && !mt_failed(result))
			measure_segment(tracer, record);
		mt_end(tracer, record, result, slot);
	}
	if (__builtin_expect(goes, 0))
		mt_memory_goes(tracer, frame, kind);
	if (!mt_failed(result))
		mt_memory_came(frame, kind);
	frame->nr = (uint64_t)result;
	return mt_done(frame);
}

/* musl's threads unmap the stack that they stand on: recorded before the call, then made without a stack. */
static enum mt_way record_munmap(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t here = (uint64_t)frame, slot;
	if (__builtin_expect(here - frame->args[0] >= frame->args[1], 1))
		return record_call(tracer, frame, MT_KIND_MUNMAP, 2);
	struct mt_record *record = mt_begin(tracer, frame, MT_KIND_MUNMAP, 2, &slot);
	mt_memory_goes(tracer, frame, MT_KIND_MUNMAP);
	if (record) {
		record->flags = MT_FLAG_ASSUMED;
		mt_mark(record, slot, 0);
	}
	return mt_go_inline(frame, MT_STUB_INLINE);
}

/* After a filter is installed, a call of our own could end the program. */
static enum mt_way seal(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t slot;
	mt_tid(tracer);
	long result = mt_program_call(frame);
	if (!mt_failed(result) && !tracer->sealed) {
		struct mt_record *record;
		tracer->sealed = 1;
		record = mt_begin(tracer, frame, MT_KIND_SEALED, 0, &slot);
		if (record)
			mt_mark(record, slot, 0);
	}
	frame->nr = (uint64_t)result;
	return mt_done(frame);
}

/* A limit on address space, or on locked memory, counts the journal's empty reach as well. */
static enum mt_way make_room(struct mt_tracer *tracer, struct mt_frame *frame, int is_needed)
{
	if (is_needed)
		mt_journal_shrink(tracer);
	return mt_go_inline(frame, MT_STUB_INLINE);
}

enum mt_way mt_dispatch(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_live_site *site = mt_site_of(frame);

	if (site->shape == MT_SHAPE_BEFORE) { /* ahead of exit_group; rax is the program's and stays */
		if (is_recording(tracer))
			mt_record_exit(tracer, frame);
		return mt_done(frame);
	}
	if (!is_recording(tracer))
		return mt_go_inline(frame, MT_STUB_INLINE);
	switch ((uint32_t)frame->nr) {
	case MT_NR_munmap:
		return record_munmap(tracer, frame);
	case MT_NR_prctl:
		if (frame->args[0] == PR_SET_SECCOMP)
			return seal(tracer, frame);
		if (frame->args[0] != PR_SET_VMA)
			return mt_go_inline(frame, MT_STUB_INLINE);
		return record_call(tracer, frame, MT_KIND_PRCTL, 5);
	case MT_NR_setrlimit:
		return make_room(tracer, frame, frame->args[0] == MT_RLIMIT_AS);
	case MT_NR_prlimit64:
		return make_room(tracer, frame, frame->args[1] == MT_RLIMIT_AS && frame->args[2]);
	case MT_NR_mlockall:
		return make_room(tracer, frame, 1);
	case MT_NR_seccomp:
		return frame->args[0] < 2 ? seal(tracer, frame) : mt_go_inline(frame, MT_STUB_INLINE);
	case MT_NR_clone:
	case MT_NR_clone3:
	case MT_NR_fork:
	case MT_NR_vfork:
		return mt_make_child(tracer, frame);
	case MT_NR_execve:
	case MT_NR_execveat:
		return mt_record_exec(tracer, frame);
	case MT_NR_exit_group:
		mt_record_exit(tracer, frame);
		return mt_go_inline(frame, MT_STUB_INLINE);
#define X(name, kind, arguments) \
	case MT_NR_##name: \
		return record_call(tracer, frame, kind, arguments);
		MT_PLAIN_CALLS(X)
#undef X
	default:
		return mt_go_inline(frame, MT_STUB_INLINE);
	}
}

