/*
 * Forks, vforks and clones. A forked child opens a journal of its own; a child that shares the
 * memory writes into its parent's, under its own thread id.
 */
#include "hook/children.h"

#include "hook/arenas.h"
#include "hook/call-record.h"
#include "hook/observe.h"
#include "journal/open.h"

/* Flags of the clone that this thread is making inline, for mt_child_made. */
static __thread uint64_t clone_flags __attribute__((tls_model("initial-exec")));

/* Flags and stack of clone, vfork or clone3. */
static void read_arguments(const struct mt_frame *frame, uint64_t *flags, uint64_t *stack)
{
	const uint64_t *arguments = (const uint64_t *)frame->args[0];
	switch ((uint32_t)frame->nr) {
	case MT_NR_clone:
		*flags = frame->args[0];
		*stack = frame->args[1];
		break;
	case MT_NR_clone3:
		*flags = frame->args[1] >= 64 && arguments ? arguments[0] : 0;
		*stack = frame->args[1] >= 64 && arguments ? arguments[5] : 0;
		break;
	case MT_NR_fork:
		*flags = 0;
		*stack = 0;
		break;
	default:
		*flags = MT_CLONE_VM | MT_CLONE_VFORK;
		*stack = 0;
	}
}

static int shares_storage(uint64_t flags)
{
	return (flags & MT_CLONE_VM) && !(flags & MT_CLONE_SETTLS);
}

/* A fork that stays on the caller's stack can be made from here: the child has a copy of this frame. */
static enum mt_outcome record_fork(struct mt_tracer *tracer, struct mt_frame *frame)
{
	struct mt_record *record = mt_call_begin(tracer, frame, MT_KIND_CLONE, (uint32_t)frame->nr == MT_NR_fork ? 0 : 5);
	long result = mt_program_call(frame);
	if (result == 0) { /* the child, which does not inherit the parent's journal */
		if (!mt_config.tracer->ready && mt_journal_open(tracer, MT_FEATURE_FORKED))
			mt_observe_maps(tracer, MT_MOMENT_FORK, 0);
	} else if (record) {
		mt_call_returned(tracer, record);
		mt_call_commit(tracer, record, result);
	}
	frame->nr = (uint64_t)result;
	return MT_MADE;
}

enum mt_outcome mt_make_child(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t flags, stack;
	read_arguments(frame, &flags, &stack);
	if (!(flags & MT_CLONE_VM) && !stack)
		return record_fork(tracer, frame);
	if (!shares_storage(flags)) /* a thread, or a fork onto another stack, whose child opens its journal at its first call */
		return MT_INLINE;
	clone_flags = flags;
	__atomic_fetch_add(&tracer->shared, 1, __ATOMIC_RELAXED);
	return MT_INLINE_AFTER;
}

/* With CLONE_VFORK, the child has ended or called exec by now. */
void mt_child_made(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_patched_site *site = mt_site_of(frame);
	int64_t result = (int64_t)frame->nr;
	uint64_t flags = clone_flags;

	if ((flags & MT_CLONE_VFORK) || result < 0)
		__atomic_fetch_sub(&tracer->shared, 1, __ATOMIC_RELAXED);
	if ((flags & MT_CLONE_VFORK) && result > 0 && !tracer->sealed)
		mt_arenas_release(tracer, (uint32_t)result);
	if (tracer->ready && !tracer->header->stop) {
		struct mt_record *record = mt_call_begin(tracer, frame, MT_KIND_VFORK, 0);
		if (record)
			mt_call_commit_instant(tracer, record, result);
	}
	frame->resume = site->resume;
}
