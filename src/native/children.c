/*
 * Forks, vforks and clones. A forked child gets a journal of its own at once; a
 * child that shares the memory writes into its parent's, under its own thread id.
 */
#include "hook.h"

#include "calls.h"

void mt_returned(struct mt_frame *frame) __attribute__((visibility("hidden"), used));

/* Flags of the clone that this thread is making, for the parent's way back. */
static __thread uint64_t asked_flags __attribute__((tls_model("initial-exec")));

/* Flags and stack of clone, vfork or clone3. */
static void child_wanted(const struct mt_frame *frame, uint64_t *flags, uint64_t *stack)
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

/* A fork on the caller's own stack can be made from here: the child has a copy of this frame, too. */
static enum mt_way record_fork(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t slot;
	struct mt_record *record = mt_begin(tracer, frame, MT_KIND_CLONE, (uint32_t)frame->nr == MT_NR_fork ? 0 : 5, &slot);
	long result = mt_program_call(frame);
	if (result == 0) { /* the child: the parent's record is out of its reach */
		if (!mt_config.tracer->ready && mt_journal_open(tracer, MT_FEATURE_FORKED))
			mt_observe_maps(tracer, MT_MOMENT_FORK);
	} else if (record) {
		record->tsc_end = mt_ticks();
		record->end = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
		mt_end(tracer, record, result, slot);
	}
	frame->nr = (uint64_t)result;
	return mt_done(frame);
}

enum mt_way mt_make_child(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t flags, stack;
	child_wanted(frame, &flags, &stack);
	if (!(flags & MT_CLONE_VM) && !stack)
		return record_fork(tracer, frame);
	if (!shares_storage(flags)) /* a thread, or a fork onto another stack, which its first event announces */
		return mt_go_inline(frame, MT_STUB_INLINE);
	asked_flags = flags;
	__atomic_fetch_add(&tracer->shared, 1, __ATOMIC_RELAXED);
	return mt_go_inline(frame, MT_STUB_INLINE_AFTER);
}

void mt_free_arenas(struct mt_tracer *tracer, uint32_t tid)
{
	for (int i = 0; i < MT_ARENAS; i++) {
		struct mt_arena *arena = &tracer->arenas[i];
		if (arena->tid == tid && arena->base) {
			mt_sys2(MT_NR_munmap, (long)arena->base, (long)arena->length);
			arena->base = 0;
			__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
		}
	}
}

/* The parent behind a vfork, or a clone with shared memory; with CLONE_VFORK the child has gone by now. */
void mt_returned(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_live_site *site = mt_site_of(frame);
	int64_t result = (int64_t)frame->nr;
	uint64_t flags = asked_flags, slot;

	if ((flags & MT_CLONE_VFORK) || result < 0)
		__atomic_fetch_sub(&tracer->shared, 1, __ATOMIC_RELAXED);
	if ((flags & MT_CLONE_VFORK) && result > 0 && !tracer->sealed)
		mt_free_arenas(tracer, (uint32_t)result);
	if (tracer->ready && !tracer->header->stop) {
		struct mt_record *record = mt_begin(tracer, frame, MT_KIND_VFORK, 0, &slot);
		if (record)
			mt_mark(record, slot, result);
	}
	frame->slot = site->resume;
}
