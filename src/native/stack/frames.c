/* Walks from the call outwards. A first walk hashes the frames; if the stack is new, a second one emits them. */
#include "stack/frames.h"

#include "stack/step.h"

/* The product does not depend on the frame before, so that it overlaps the loads of the next. */
static inline uint64_t mixed(uint64_t hash, uint64_t pc, uint32_t module)
{
	return (hash << 7 | hash >> 57) + (pc ^ (uint64_t)module << 48) * 0x9e3779b97f4a7c15ull;
}

static inline void visit(struct mt_walk *walk, uint32_t module)
{
	walk->depth++;
	if (!walk->writer)
		walk->hash = mixed(walk->hash, walk->pc, module);
	else if (!walk->writer->failed)
		mt_stack_emit_frame(walk->writer, walk->tracer, walk->pc, module);
}

/* The frames of the walk before, which supply rules, and the list that this walk makes for the next one. */
struct pass {
	const struct mt_seen *old;
	struct mt_seen *new; /* null: no list is made any more */
	struct mt_memo *memo;
	uint64_t rbp_from; /* where rbp was loaded from; 0: it is the caller's own */
};

/* A CFA computed from rbp is the same in the next walk only if rbp is. */
static void guard(struct pass *pass, uint64_t rbp)
{
	struct mt_memo *memo = pass->memo;
	if (memo->guard_count < MT_GUARDS)
		memo->guards[memo->guard_count++] = (struct mt_guard){ pass->rbp_from, rbp };
	else
		memo->is_plain = 0;
}

/*
 * The first walk over frames whose CFA is rsp or rbp plus a constant, which nearly all are. What
 * changes from frame to frame is in local variables, so that the processor overlaps the work on two
 * frames. Stops before a frame of another kind.
 */
static void run_plain(struct mt_walk *walk, struct pass *pass)
{
	const struct mt_seen *old = pass->old;
	struct mt_seen *new = pass->new;
	uint64_t pc = walk->pc, sp = walk->sp, rbp = walk->rbp, rbx = walk->rbx, hash = walk->hash;
	uint64_t low = walk->bounds.low, room = walk->bounds.high - low;
	uint32_t depth = walk->depth;

	for (; depth < MT_STACK_DEPTH - 1 && pc - MT_LOWEST_CODE <= MT_ADDRESS_MASK - MT_LOWEST_CODE; depth++) {
		uint64_t rule, cfa;
		while (old->sp < sp)
			old++;
		if (__builtin_expect(old->sp == sp && old->pc == pc, 1))
			rule = old->rule;
		else if (!(rule = cached_rule(mt_space, pc - 1)))
			break;
		if (step_of(rule) == MT_STEP_RSP)
			cfa = sp + (uint64_t)cfa_of(rule);
		else if (step_of(rule) == MT_STEP_RBP)
			cfa = rbp + (uint64_t)cfa_of(rule);
		else
			break;
		uint64_t saved_rbp = cfa - 8 * rbp_words(rule), saved_rbx = cfa - 8 * rbx_words(rule);
		if (cfa <= sp || (cfa & 7) || cfa - 8 - low >= room || (saved_rbp != cfa && saved_rbp - low >= room) ||
		    (saved_rbx != cfa && saved_rbx - low >= room))
			break;
		if (step_of(rule) == MT_STEP_RBP)
			guard(pass, rbp);
		hash = mixed(hash, pc, module_of(rule));
		*new++ = (struct mt_seen){ sp, pc, rule };
		if (saved_rbp != cfa) {
			rbp = *(const uint64_t *)saved_rbp;
			pass->rbp_from = saved_rbp;
		}
		if (saved_rbx != cfa)
			rbx = *(const uint64_t *)saved_rbx;
		sp = cfa;
		pc = *(const uint64_t *)(cfa - 8);
	}
	walk->pc = pc;
	walk->sp = sp;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->hash = hash;
	walk->depth = depth;
	pass->old = old;
	pass->new = new;
}

/* One frame of any kind; why the walk ends there (enum mt_end), or 0. */
static uint32_t run_any(struct mt_walk *walk, struct pass *pass, uint32_t mode)
{
	if (!walk->pc) {
		if (pass->memo) /* the zero that ended it is not among the words that are compared */
			pass->memo->is_plain = 0;
		return MT_END_START;
	}
	if (walk->pc - MT_LOWEST_CODE > MT_ADDRESS_MASK - MT_LOWEST_CODE)
		return MT_END_BAD_TABLE;
	uint64_t rule = mt_walk_rule(walk);
	if (pass->new && !walk->is_exact && rule)
		*pass->new++ = (struct mt_seen){ walk->sp, walk->pc, rule };
	visit(walk, module_of(rule));
	if (mode == MT_STACKS_CALLER)
		return MT_END_CALLER;
	if (walk->depth == MT_STACK_DEPTH)
		return MT_END_DEPTH;
	if (mode == MT_STACKS_FP)
		return mt_step_by_frame_pointer(walk, MT_END_NO_MEMORY);
	if (pass->memo && step_of(rule) != MT_STEP_START)
		pass->memo->is_plain = 0;
	if (step_of(rule) == MT_STEP_SIGNAL && pass->new) { /* the interrupted stack may be another one, at a lower address */
		pass->new->sp = ~0ull;
		pass->new = 0;
	}
	return mt_step(walk, rule);
}

uint32_t mt_walk_frames(struct mt_walk *walk, uint32_t mode, struct mt_memo *memo)
{
	struct pass pass = { 0, 0, memo, 0 };
	if (memo) {
		pass.old = memo->seen[memo->current];
		pass.new = memo->seen[!memo->current];
		memo->guard_count = 0;
		uint64_t rule = mt_walk_rule(walk);
		memo->is_plain = step_of(rule) == MT_STEP_RSP && !rbp_words(rule);
	}
	uint32_t end = mt_step_from_site(walk);
	if (!end && walk->pc)
		walk->caller = walk->pc;
	while (!end) {
		if (pass.new && !walk->is_exact)
			run_plain(walk, &pass);
		end = run_any(walk, &pass, mode);
	}
	if (pass.new)
		pass.new->sp = ~0ull;
	if (memo)
		memo->current ^= 1;
	return end;
}
