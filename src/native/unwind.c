/*
 * Walks the stack of the thread that asked for a call. A walk is made twice for a
 * stack that is new to the journal (to hash it, to write it), so that it needs no
 * memory for the frames; once for all others. No lock, no allocation, no signal
 * blocked: it runs wherever a system call can be made.
 */
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

static struct mt_memo *take_memo(const struct walk *walk)
{
	struct mt_memo *memo = &mt_config.stack_ids->memos[mt_tid(walk->tracer) & (MT_MEMOS - 1)];
	if (walk->id || __atomic_exchange_n(&memo->taken, 1, __ATOMIC_ACQUIRE))
		return 0;
	uint32_t mapped = __atomic_load_n(&walk->unwind->mapped, __ATOMIC_ACQUIRE);
	if (memo->mapped != mapped) {
		memo->mapped = mapped;
		memo->seen[memo->current][0].sp = ~0ull;
	}
	return memo;
}

static void begin(struct walk *walk, const struct mt_frame *frame)
{
	walk->pc = mt_site_of(frame)->resume;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = mt_frame_rbp(frame);
	walk->rbx = mt_frame_rbx(frame);
	walk->rdi = frame->args[0];
	walk->is_exact = 0;
	mt_reach_begin(&walk->reach, walk->tracer, (uint64_t)frame);
}

/* The last walk's frames, and where this one's go. */
struct lists {
	const struct mt_seen *old;
	struct mt_seen *new; /* null: they go nowhere */
};

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
		hash = mixed(hash, pc, module_of(rule));
		*new++ = (struct mt_seen){ sp, pc, rule };
		if (saved_rbp != cfa)
			rbp = *(const uint64_t *)saved_rbp;
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
	if (!walk->pc)
		return MT_END_START;
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
	if (way_of(rule) == MT_OUT_SIGNAL && lists->new) { /* the stack pointer may go down from here */
		lists->new->sp = ~0ull;
		lists->new = 0;
	}
	return mt_leave(walk, rule);
}

static enum mt_end take(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	struct mt_memo *memo = mode == MT_STACKS_UNWIND ? take_memo(walk) : 0;
	struct lists lists = { 0, 0 };
	if (memo) {
		lists.old = memo->seen[memo->current];
		lists.new = memo->seen[!memo->current];
	}
	begin(walk, frame);
	uint32_t end = mt_leave_site(walk, mt_site_of(frame));
	if (!end && walk->pc)
		walk->caller = walk->pc;
	while (!end) {
		if (lists.new && mode == MT_STACKS_UNWIND && !walk->is_exact)
			run_plain(walk, &lists);
		end = run_any(walk, &lists, mode);
	}
	mt_reach_end(&walk->reach);
	if (lists.new)
		lists.new->sp = ~0ull;
	if (memo) {
		memo->current ^= 1;
		__atomic_store_n(&memo->taken, 0, __ATOMIC_RELEASE);
	}
	return (enum mt_end)end;
}

struct writing {
	struct walk *walk;
	const struct mt_frame *frame;
	uint32_t mode;
};

static void write_stack(void *argument)
{
	const struct writing *writing = argument;
	struct walk *walk = writing->walk;
	walk->id = mt_stack_new_id(mt_config.stack_ids);
	walk->depth = 0;
	uint32_t end = take(walk, writing->frame, writing->mode);
	mt_stack_write_end(walk, end);
}

static uint32_t stack_in_mode(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	struct mt_stack_ids *ids = mt_config.stack_ids;
	walk->hash = walk->depth = walk->id = 0;
	enum mt_end end = take(walk, frame, mode);
	if (!walk->depth)
		return 0;
	uint64_t hash = (walk->hash + end) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ hash >> 32) | 1ull << 63;
	uint32_t id = mt_stack_find(ids, hash);
	if (__builtin_expect(id != 0, 1))
		return id;
	if (!mt_stack_has_room(ids, hash, mode == MT_STACKS_CALLER))
		return 0;
	struct writing writing = { walk, frame, mode };
	mt_aside(walk->tracer, write_stack, &writing);
	if (walk->id)
		mt_stack_keep(ids, hash, walk->id);
	return walk->id;
}

uint32_t mt_stack_of(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t *return_address)
{
	struct walk walk;
	uint32_t mode = tracer->header->stacks;
	*return_address = 0;
	if (!mt_config.unwind || mode == MT_STACKS_NONE)
		return 0;
	walk.tracer = tracer;
	walk.unwind = mt_config.unwind;
	walk.piece = 0;
	walk.failed = walk.piece_number = 0;
	walk.caller = 0;
	uint32_t id = stack_in_mode(&walk, frame, mode);
	*return_address = walk.caller;
	if (__builtin_expect(!id && walk.depth, 0) && !walk.failed) {
		__atomic_fetch_add(&tracer->header->stacks_lost, 1, __ATOMIC_RELAXED);
		if (mode != MT_STACKS_CALLER)
			id = stack_in_mode(&walk, frame, MT_STACKS_CALLER);
	}
	return id;
}
