/* Where every patched site enters the hook. Decides what is done with the call and where the program continues. */
#include "calls.h"
#include "hook/call.h"
#include "hook/children.h"
#include "hook/exec.h"
#include "hook/limits.h"
#include "hook/observe.h"
#include "journal/open.h"
#include "patch/stubs.h"

#define PR_SET_SECCOMP 22
#define PR_SET_VMA 0x53564d41
#define SECCOMP_SET_MODE_LIMIT 2 /* SECCOMP_SET_MODE_STRICT and _FILTER are below */

static int is_recording(struct mt_tracer *tracer)
{
	if (__builtin_expect(!__atomic_load_n(&tracer->ready, __ATOMIC_ACQUIRE), 0)) {
		/* the child of a fork that passed no patched site (a raw clone) */
		if (!mt_journal_open(tracer, MT_FEATURE_FORKED))
			return 0;
		mt_observe_maps(tracer, MT_MOMENT_FORK, 0);
	}
	return !__atomic_load_n(&tracer->header->stop, __ATOMIC_RELAXED);
}

/* Has the stub make the call; `offset` is MT_STUB_INLINE or MT_STUB_INLINE_AFTER. */
static inline void continue_inline(struct mt_frame *frame, unsigned offset)
{
	frame->resume = (uint64_t)&mt_stubs[frame->stub & (MT_STUB_COUNT - 1)][offset];
}

static inline void continue_as(struct mt_frame *frame, enum mt_outcome outcome)
{
	if (outcome != MT_MADE)
		continue_inline(frame, outcome == MT_INLINE ? MT_STUB_INLINE : MT_STUB_INLINE_AFTER);
}

/* mt_record_call is a tail call throughout: the hook runs on the program's stack, which may have 1 KiB left. */
static void handle_call(struct mt_tracer *tracer, struct mt_frame *frame)
{
	switch ((uint32_t)frame->nr) {
	case MT_NR_munmap:
		if (__builtin_expect(mt_unmaps_own_stack(frame), 0))
			return continue_as(frame, mt_record_own_munmap(tracer, frame));
		return mt_record_call(tracer, frame, MT_KIND_MUNMAP, 2);
	case MT_NR_prctl:
		if (frame->args[0] == PR_SET_SECCOMP)
			return mt_seal(tracer, frame);
		if (frame->args[0] != PR_SET_VMA)
			return continue_inline(frame, MT_STUB_INLINE);
		return mt_record_call(tracer, frame, MT_KIND_PRCTL, 5);
	case MT_NR_setrlimit:
	case MT_NR_prlimit64:
	case MT_NR_mlockall:
		mt_before_limit(tracer, frame);
		return continue_inline(frame, MT_STUB_INLINE);
	case MT_NR_seccomp:
		if (frame->args[0] < SECCOMP_SET_MODE_LIMIT)
			return mt_seal(tracer, frame);
		return continue_inline(frame, MT_STUB_INLINE);
	case MT_NR_clone:
	case MT_NR_clone3:
	case MT_NR_fork:
	case MT_NR_vfork:
		return continue_as(frame, mt_make_child(tracer, frame));
	case MT_NR_execve:
	case MT_NR_execveat:
		return continue_as(frame, mt_record_exec(tracer, frame));
	case MT_NR_exit_group:
		mt_record_exit(tracer, frame);
		return continue_inline(frame, MT_STUB_INLINE);
#define X(name, kind, arguments) \
	case MT_NR_##name: \
		return mt_record_call(tracer, frame, kind, arguments);
		MT_PLAIN_CALLS(X)
#undef X
	default:
		return continue_inline(frame, MT_STUB_INLINE);
	}
}

void mt_dispatch(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_patched_site *site = mt_site_of(frame);

	frame->resume = site->resume;
	if (site->shape == MT_SHAPE_BEFORE) { /* on the way to exit_group; rax is the program's and must not change */
		if (is_recording(tracer))
			mt_record_exit(tracer, frame);
	} else if (is_recording(tracer)) {
		handle_call(tracer, frame);
	} else {
		continue_inline(frame, MT_STUB_INLINE);
	}
}
