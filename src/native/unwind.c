/*
 * Walks the stack of the thread that asked for a call. A walk is made twice for a
 * stack that is new to the journal (to hash it, to write it), so that it needs no
 * memory for the frames; once for all others. No lock, no allocation, no signal
 * blocked: it runs wherever a system call can be made.
 */
#include "walk.h"

/*
 * Which of a thread's memos: by the site and by who called libc's function, as far as the site tells
 * where that stands. A program that maps and unmaps in turn, or that grows and shrinks, comes by a
 * few stacks in turn.
 */
static uint64_t memo_number(const struct walk *walk, const struct mt_frame *frame)
{
	const struct mt_live_site *site = mt_site_of(frame);
	uint64_t at = site->depth == MT_DEPTH_UNKNOWN ? 0 : walk->sp + site->depth, caller = 0;
	if (at >= walk->reach.low && at + 8 <= walk->reach.high)
		caller = *(const uint64_t *)at;
	uint64_t within = (frame->slot + caller) * 0x9e3779b97f4a7c15ull >> 61;
	_Static_assert(MT_MEMOS_OF_THREAD == 1 << 3, "three bits are left");
	return (mt_tid(walk->tracer) * MT_MEMOS_OF_THREAD + within) % MT_MEMOS;
}

static struct mt_memo *take_memo(const struct walk *walk, const struct mt_frame *frame)
{
	struct mt_memo *memo = &mt_config.stack_ids->memos[memo_number(walk, frame)];
	if (__atomic_exchange_n(&memo->taken, 1, __ATOMIC_ACQUIRE))
		return 0;
	uint32_t mapped = __atomic_load_n(&walk->unwind->mapped, __ATOMIC_ACQUIRE);
	if (memo->mapped != mapped) {
		memo->mapped = mapped;
		memo->id = 0;
		memo->seen[memo->current][0].sp = ~0ull;
	}
	return memo;
}

static void give_memo(struct mt_memo *memo)
{
	__atomic_store_n(&memo->taken, 0, __ATOMIC_RELEASE);
}

void mt_walk_begin(struct walk *walk, const struct mt_frame *frame)
{
	walk->pc = mt_site_of(frame)->resume;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = mt_frame_rbp(frame);
	walk->rbx = mt_frame_rbx(frame);
	walk->rdi = frame->args[0];
	walk->is_exact = 0;
	mt_reach_begin(&walk->reach, walk->tracer, (uint64_t)frame);
}

/*
 * The id of the last walk if this one would be the same: it begins at the same place,
 * and every word that it would read is what it was. 0 when that is not so.
 */
static uint32_t repeated(struct walk *walk, const struct mt_memo *memo)
{
	const struct mt_seen *seen = memo->seen[memo->current], *end = seen + memo->count;
	const struct mt_reach *reach = &walk->reach;
	if (!memo->id || memo->pc != walk->pc || memo->sp != walk->sp)
		return 0;
	if (seen->sp - 8 < reach->low || end[-1].sp > reach->high)
		return 0;
	for (; seen < end; seen++)
		if (*(const uint64_t *)(seen->sp - 8) != seen->pc)
			return 0;
	for (uint32_t i = 0; i < memo->guard_count; i++) {
		uint64_t at = memo->guards[i].at;
		if ((at ? *(const uint64_t *)at : walk->rbp) != memo->guards[i].value)
			return 0;
	}
	walk->caller = memo->seen[memo->current]->pc;
	return memo->id;
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
	mt_walk_begin(walk, writing->frame);
	mt_stack_write_end(walk, mt_walk_frames(walk, writing->frame, writing->mode, 0));
}

static uint32_t id_of(struct walk *walk, const struct mt_frame *frame, uint32_t mode, uint32_t end)
{
	struct mt_stack_ids *ids = mt_config.stack_ids;
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

static uint32_t stack_in_mode(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	uint32_t id;
	mt_walk_begin(walk, frame);
	struct mt_memo *memo = mode == MT_STACKS_UNWIND ? take_memo(walk, frame) : 0;
	if (memo && (id = repeated(walk, memo))) {
		give_memo(memo);
		return id;
	}
	walk->hash = walk->depth = walk->id = 0;
	uint64_t pc = walk->pc, sp = walk->sp;
	uint32_t end = mt_walk_frames(walk, frame, mode, memo);
	mt_reach_end(&walk->reach);
	id = walk->depth ? id_of(walk, frame, mode, end) : 0;
	if (memo) {
		memo->id = memo->is_plain && end == MT_END_START ? id : 0;
		memo->count = walk->depth;
		memo->pc = pc;
		memo->sp = sp;
		give_memo(memo);
	}
	return id;
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
	if (__builtin_expect(!id && walk.caller, 0) && !walk.failed) {
		__atomic_fetch_add(&tracer->header->stacks_lost, 1, __ATOMIC_RELAXED);
		if (mode != MT_STACKS_CALLER)
			id = stack_in_mode(&walk, frame, MT_STACKS_CALLER);
	}
	return id;
}
