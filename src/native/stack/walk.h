/* The state of one walk over a stack: the frame that it has come to, and what it has seen. */
#ifndef MAPTRAIL_WALK_H
#define MAPTRAIL_WALK_H

#include "stack/emit.h"
#include "stack/registers.h"
#include "stack/rules.h"
#include "stack/space/bounds.h"

#define MT_ADDRESS_MASK ((1ull << 47) - 1)
#define MT_LOWEST_CODE 4096ull

struct mt_walk {
	struct mt_tracer *tracer;
	const struct mt_registers *from;
	struct mt_bounds bounds;
	/* the frame's registers; others are not needed by any rule */
	uint64_t pc, sp, rbp, rbx;
	uint16_t is_exact; /* pc is the next instruction itself, not a return address */
	uint16_t failed;   /* the stack could not be emitted: no room in the journal */
	uint32_t depth;    /* frames seen */
	uint64_t hash;     /* of these */
	uint64_t caller;   /* the first return address */
	struct mt_stack_writer *writer; /* null: the walk hashes; else it emits */
};

/* To the frame at walk->from. */
static inline void mt_walk_begin(struct mt_walk *walk)
{
	const struct mt_registers *from = walk->from;
	walk->pc = from->pc;
	walk->sp = from->sp;
	walk->rbp = from->rbp;
	walk->rbx = from->rbx;
	walk->is_exact = 0;
}

static inline uint64_t mt_walk_rule(struct mt_walk *walk)
{
	/* After a call that does not return, the return address may already be in the next function. */
	uint64_t key = walk->pc - !walk->is_exact;
	uint64_t rule = cached_rule(mt_space, key);
	return __builtin_expect(rule != 0, 1) ? rule : mt_rule_find(walk->tracer, key, walk->pc, walk->writer != 0);
}

#endif
