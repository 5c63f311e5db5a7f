/*
 * Makes and records a call. Runs inside the recorded process, on its stack, in any thread, in signal
 * handlers and in vfork children: no libc, no lock, no allocation. errno is untouched, since the
 * kernel's raw result goes back to libc.
 */
#include "hook/call.h"

#include "bytes.h"
#include "hook/call-record.h"
#include "journal/proc-text.h"
#include "stack/space/invalidate.h"

#define IPC_STAT 2

/*
 * Device, inode and path of the file that an mmap mapped. After the call, so that its duration does not include this.
 * Not inlined: the buffers would lie below every stack walk.
 */
static __attribute__((noinline)) void name_file(struct mt_tracer *tracer, struct mt_record *record)
{
	int fd = (int)record->args[4];
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
	record->path = mt_emit_link(tracer, link, MT_TOPIC_PATH, seed);
}

/* The size of a shared memory segment is not among shmat's arguments. */
static __attribute__((noinline)) void measure_segment(struct mt_tracer *tracer, struct mt_record *record)
{
	uint64_t status[14];
	if (tracer->sealed || mt_failed(mt_sys3(MT_NR_shmctl, (long)record->args[0], IPC_STAT, (long)status)))
		return;
	record->args[3] = status[6];
	record->args[4] = record->args[0];
	record->flags |= MT_FLAG_SHM_SIZE;
}

void mt_record_call(struct mt_tracer *tracer, struct mt_frame *frame, uint16_t kind, unsigned arguments)
{
	struct mt_record *record = mt_call_begin(tracer, frame, kind, arguments);
	int is_watched = mt_invalidate_before(tracer, frame->args, kind);
	if (record)
		record->tsc_begin = mt_ticks();
	long result = mt_program_call(frame);
	if (record) {
		mt_call_returned(tracer, record);
		if (kind == MT_KIND_MMAP && !(frame->args[3] & MT_MAP_ANONYMOUS) && !mt_failed(result))
			name_file(tracer, record);
		else if (kind == MT_KIND_SHMAT && !mt_failed(result))
			measure_segment(tracer, record);
		mt_call_commit(tracer, record, result);
	}
	if (__builtin_expect(is_watched, 0))
		mt_invalidate_before(tracer, frame->args, kind);
	if (!mt_failed(result))
		mt_invalidate_after(frame->args, kind);
	frame->nr = (uint64_t)result;
}

enum mt_outcome mt_record_own_munmap(struct mt_tracer *tracer, struct mt_frame *frame)
{
	struct mt_record *record = mt_call_begin(tracer, frame, MT_KIND_MUNMAP, 2);
	mt_invalidate_before(tracer, frame->args, MT_KIND_MUNMAP);
	if (record) {
		record->flags = MT_FLAG_ASSUMED;
		mt_call_commit_instant(tracer, record, 0);
	}
	return MT_INLINE;
}
