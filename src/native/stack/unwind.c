/*
 * Finds or makes the id of a call's stack. A stack that is new to the journal is walked twice, to hash
 * it and to emit it, so that no memory is needed for its frames; any other is walked once, and not at
 * all when nothing has changed since the thread's last call. No lock, no allocation, no blocked signal:
 * this runs wherever a system call may be made.
 */
#include "stack/unwind.h"

#include "patch/stubs.h"
#include "stack/frames.h"
#include "stack/known-stacks.h"

/*
 * Which of a thread's memos: by the site and by the caller of libc's function, where the site's depth
 * is known. A program that maps and unmaps, or grows and shrinks, in turn has a few stacks in turn.
 */
static uint64_t memo_number(const struct mt_walk *walk)
{
	const struct mt_registers *from = walk->from;
	uint64_t at = from->depth == MT_DEPTH_UNKNOWN ? 0 : from->sp + from->depth, caller = 0;
	if (at >= walk->bounds.low && at + 8 <= walk->bounds.high)
		caller = *(const uint64_t *)at;
	uint64_t within = (from->pc + caller) * 0x9e3779b97f4a7c15ull >> 61;
	_Static_assert(MT_MEMOS_OF_THREAD == 1 << 3, "the hash leaves 3 bits");
	return (mt_tid(walk->tracer) * MT_MEMOS_OF_THREAD + within) % MT_MEMOS;
}

static struct mt_memo *take_memo(const struct mt_walk *walk)
{
	struct mt_memo *memo = &mt_known_stacks->memos[memo_number(walk)];
	if (__atomic_exchange_n(&memo->taken, 1, __ATOMIC_ACQUIRE))
		return 0;
	uint32_t mapped = __atomic_load_n(&mt_space->mapped, __ATOMIC_ACQUIRE);
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

/*
 * The id of the last walk if this one would be equal: it begins at the same place, and every word
 * that it would read has the same value. Else 0.
 */
static uint32_t repeated(struct mt_walk *walk, const struct mt_memo *memo)
{
	const struct mt_seen *seen = memo->seen[memo->current], *end = seen + memo->count;
	const struct mt_bounds *bounds = &walk->bounds;
	if (!memo->id || memo->pc != walk->from->pc || memo->sp != walk->from->sp)
		return 0;
	if (seen->sp - 8 < bounds->low || end[-1].sp > bounds->high)
		return 0;
	for (; seen < end; seen++)
		if (*(const uint64_t *)(seen->sp - 8) != seen->pc)
			return 0;
	for (uint32_t i = 0; i < memo->guard_count; i++) {
		uint64_t at = memo->guards[i].at;
		if ((at ? *(const uint64_t *)at : walk->from->rbp) != memo->guards[i].value)
			return 0;
	}
	walk->caller = memo->seen[memo->current]->pc;
	return memo->id;
}

struct new_stack {
	struct mt_walk *walk;
	uint32_t mode, id;
};

static void emit_stack(void *argument)
{
	struct new_stack *new = argument;
	struct mt_stack_writer writer = { mt_stack_new_id(mt_known_stacks), 0, 0, 0 };
	struct mt_walk *walk = new->walk;
	walk->writer = &writer;
	walk->depth = 0;
	mt_bounds_begin(&walk->bounds, walk->tracer, (uint64_t)walk->from);
	mt_walk_begin(walk);
	mt_stack_emit_end(&writer, mt_walk_frames(walk, new->mode, 0));
	walk->writer = 0;
	walk->failed = (uint16_t)writer.failed;
	new->id = writer.id;
}

static uint32_t id_of(struct mt_walk *walk, uint32_t mode, uint32_t end)
{
	struct mt_known_stacks *known = mt_known_stacks;
	uint64_t hash = (walk->hash + end) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ hash >> 32) | 1ull << 63;
	uint32_t id = mt_stack_find(known, hash);
	if (__builtin_expect(id != 0, 1))
		return id;
	if (!mt_stack_has_room(known, hash, mode == MT_STACKS_CALLER))
		return 0;
	struct new_stack new = { walk, mode, 0 };
	mt_on_own_stack(walk->tracer, known->own_stacks, emit_stack, &new);
	if (new.id)
		mt_stack_keep(known, hash, new.id);
	return new.id;
}

static uint32_t stack_in_mode(struct mt_walk *walk, uint32_t mode)
{
	uint32_t id;
	mt_bounds_begin(&walk->bounds, walk->tracer, (uint64_t)walk->from);
	struct mt_memo *memo = mode == MT_STACKS_UNWIND ? take_memo(walk) : 0;
	if (memo && (id = repeated(walk, memo))) {
		give_memo(memo);
		return id;
	}
	walk->hash = walk->depth = 0;
	mt_walk_begin(walk);
	uint32_t end = mt_walk_frames(walk, mode, memo);
	mt_bounds_keep(&walk->bounds);
	id = walk->depth ? id_of(walk, mode, end) : 0;
	if (memo) {
		memo->id = memo->is_plain && end == MT_END_START ? id : 0;
		memo->count = walk->depth;
		memo->pc = walk->from->pc;
		memo->sp = walk->from->sp;
		give_memo(memo);
	}
	return id;
}

struct mt_call_stack mt_stack_of(struct mt_tracer *tracer, const struct mt_registers *from)
{
	struct mt_walk walk;
	uint32_t mode = tracer->header->stacks;
	if (!mt_space || mode == MT_STACKS_NONE)
		return (struct mt_call_stack){ 0, 0 };
	walk.tracer = tracer;
	walk.from = from;
	walk.writer = 0;
	walk.failed = 0;
	walk.caller = 0;
	uint32_t id = stack_in_mode(&walk, mode);
	if (__builtin_expect(!id && walk.caller, 0) && !walk.failed) {
		__atomic_fetch_add(&tracer->header->stacks_lost, 1, __ATOMIC_RELAXED);
		if (mode != MT_STACKS_CALLER)
			id = stack_in_mode(&walk, MT_STACKS_CALLER);
	}
	return (struct mt_call_stack){ walk.caller, id };
}
