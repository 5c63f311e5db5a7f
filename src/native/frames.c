/* The frames of one walk, from the call outwards: hashed the first time, written the second. */
#include "walk.h"

/* The multiplication is off the chain from frame to frame. */
static inline uint64_t mixed(uint64_t hash, uint64_t pc, uint32_t module)
{
	return (hash << 7 | hash >> 57) + (pc ^ (uint64_t)module << 48) * 0x9e3779b97f4a7c15ull;
}

static inline void visit(struct walk *walk, uint32_t module)
{
	walk->depth++;
	if (!walk->id)
		walk->hash = mixed(walk->hash, walk->pc, module);
	else if (!walk->failed)
		mt_stack_write_frame(walk, module);
}

/* The last walk's frames, and where this one's go. */
struct lists {
	const struct mt_seen *old;
	struct mt_seen *new; /* null: they go nowhere */
	struct mt_memo *memo;
	uint64_t rbp_from; /* where rbp was read; 0: it is as it was at the call */
};

/* A CFA that is reckoned from rbp is the same again if rbp is. */
static void guard(struct lists *lists, uint64_t rbp)
{
	struct mt_memo *memo = lists->memo;
	if (memo->guard_count < MT_GUARDS)
		memo->guards[memo->guard_count++] = (struct mt_guard){ lists->rbp_from, rbp };
	else
		memo->is_plain = 0;
}

/*
 * Frames of the plain kinds, which nearly all are, on the first of the two walks.
 * What changes from frame to frame is in registers, so that the work on one frame
 * overlaps that on the next. Stops at a frame of another kind, before its visit.
 */
static void run_plain(struct walk *walk, struct lists *lists)
{
	const struct mt_seen *old = lists->old;
	struct mt_seen *new = lists->new;
	uint64_t pc = walk->pc, sp = walk->sp, rbp = walk->rbp, rbx = walk->rbx, hash = walk->hash;
	uint64_t low = walk->reach.low, room = walk->reach.high - low;
	uint32_t depth = walk->depth;

	for (; depth < MT_STACK_DEPTH - 1 && pc - LOWEST_CODE <= ADDRESS_MASK - LOWEST_CODE; depth++) {
		uint64_t rule, cfa;
		while (old->sp < sp)
			old++;
		if (__builtin_expect(old->sp == sp && old->pc == pc, 1))
			rule = old->rule;
		else if (!(rule = cached_rule(walk->unwind, pc - 1)))
			break;
		if (way_of(rule) == MT_OUT_RSP)
			cfa = sp + (uint64_t)cfa_of(rule);
		else if (way_of(rule) == MT_OUT_RBP)
			cfa = rbp + (uint64_t)cfa_of(rule);
		else
			break;
		uint64_t saved_rbp = cfa - 8 * rbp_words(rule), saved_rbx = cfa - 8 * rbx_words(rule);
		if (cfa <= sp || (cfa & 7) || cfa - 8 - low >= room || (saved_rbp != cfa && saved_rbp - low >= room) ||
		    (saved_rbx != cfa && saved_rbx - low >= room))
			break;
		if (way_of(rule) == MT_OUT_RBP)
			guard(lists, rbp);
		hash = mixed(hash, pc, module_of(rule));
		*new++ = (struct mt_seen){ sp, pc, rule };
		if (saved_rbp != cfa) {
			rbp = *(const uint64_t *)saved_rbp;
			lists->rbp_from = saved_rbp;
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
	lists->old = old;
	lists->new = new;
}

/* One frame of any kind; the reason to end, or 0. */
static uint32_t run_any(struct walk *walk, struct lists *lists, uint32_t mode)
{
	if (!walk->pc) {
		if (lists->memo) /* the word that ended it is none of those that would be compared */
			lists->memo->is_plain = 0;
		return MT_END_START;
	}
	if (walk->pc - LOWEST_CODE > ADDRESS_MASK - LOWEST_CODE)
		return MT_END_BAD_TABLE;
	uint64_t rule = rule_at(walk);
	if (lists->new && !walk->is_exact && rule)
		*lists->new++ = (struct mt_seen){ walk->sp, walk->pc, rule };
	visit(walk, module_of(rule));
	if (mode == MT_STACKS_CALLER)
		return MT_END_CALLER;
	if (walk->depth == MT_STACK_DEPTH)
		return MT_END_DEPTH;
	if (mode == MT_STACKS_FP)
		return mt_leave_by_pointer(walk, MT_END_NO_MEMORY);
	if (lists->memo && way_of(rule) != MT_OUT_START)
		lists->memo->is_plain = 0;
	if (way_of(rule) == MT_OUT_SIGNAL && lists->new) { /* the stack pointer may go down from here */
		lists->new->sp = ~0ull;
		lists->new = 0;
	}
	return mt_leave(walk, rule);
}

uint32_t mt_walk_frames(struct walk *walk, const struct mt_frame *frame, uint32_t mode, struct mt_memo *memo)
{
	const struct mt_live_site *site = mt_site_of(frame);
	struct lists lists = { 0, 0, memo, 0 };
	if (memo) {
		lists.old = memo->seen[memo->current];
		lists.new = memo->seen[!memo->current];
		memo->guard_count = 0;
		uint64_t rule = rule_at(walk);
		memo->is_plain = way_of(rule) == MT_OUT_RSP && !rbp_words(rule);
	}
	uint32_t end = mt_leave_site(walk, site);
	if (!end && walk->pc)
		walk->caller = walk->pc;
	while (!end) {
		if (lists.new && !walk->is_exact)
			run_plain(walk, &lists);
		end = run_any(walk, &lists, mode);
	}
	if (lists.new)
		lists.new->sp = ~0ull;
	if (memo)
		memo->current ^= 1;
	return end;
}
