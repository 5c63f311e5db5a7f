/* seccomp filters, RLIMIT_AS and mlockall. */
#include "hook/limits.h"

#include "hook/call-record.h"
#include "journal/room.h"

void mt_seal(struct mt_tracer *tracer, struct mt_frame *frame)
{
	mt_tid(tracer); /* caches it while gettid may still be called */
	long result = mt_program_call(frame);
	if (!mt_failed(result) && !tracer->sealed) {
		struct mt_record *record;
		tracer->sealed = 1;
		record = mt_call_begin(tracer, frame, MT_KIND_SEALED, 0);
		if (record)
			mt_call_commit_instant(tracer, record, 0);
	}
	frame->nr = (uint64_t)result;
}

static int limits_memory(const struct mt_frame *frame)
{
	switch ((uint32_t)frame->nr) {
	case MT_NR_setrlimit:
		return frame->args[0] == MT_RLIMIT_AS;
	case MT_NR_prlimit64:
		return frame->args[1] == MT_RLIMIT_AS && frame->args[2];
	default:
		return 1;
	}
}

void mt_before_limit(struct mt_tracer *tracer, const struct mt_frame *frame)
{
	if (limits_memory(frame))
		mt_unmap_unused(tracer);
}
