/* A walk over a stack, as the parts of unwind.c share it: its state, and rules in one word. */
#ifndef MAPTRAIL_WALK_H
#define MAPTRAIL_WALK_H

#include "hook.h"
#include "unwind.h"

#define ADDRESS_MASK ((1ull << 47) - 1)
#define LOWEST_CODE 4096ull
#define CFA_BITS 20

struct walk {
	struct mt_tracer *tracer;
	struct mt_unwind *unwind;
	struct mt_reach reach;
	uint64_t pc, sp, rbp, rbx, rdi;
	uint32_t is_exact; /* pc is the next instruction itself, not the one behind a call */
	/* what has been seen */
	uint32_t depth;
	uint64_t hash, caller;
	/* the second time: where to write */
	uint32_t id;
	uint32_t failed;
	struct mt_stack *piece;
	uint32_t piece_number;
};

/* A rule in one word: way, CFA / 8, rbp, rbx, number of the module. rules.c packs it. */
static inline uint32_t way_of(uint64_t rule)
{
	return rule & 15;
}

static inline int64_t cfa_of(uint64_t rule)
{
	return (int64_t)(rule << (64 - 4 - CFA_BITS)) >> (64 - CFA_BITS) << 3;
}

static inline uint64_t rbp_words(uint64_t rule)
{
	return rule >> 24 & (MT_RULE_WORDS - 1);
}

static inline uint64_t rbx_words(uint64_t rule)
{
	return rule >> 34 & (MT_RULE_WORDS - 1);
}

static inline uint32_t module_of(uint64_t rule)
{
	return (uint32_t)(rule >> 48);
}

/* Two places for a rule; the first one is in a small table. */
static inline struct mt_cached *first_place(struct mt_unwind *unwind, uint64_t key)
{
	return &unwind->first_rules[key * 0x9e3779b97f4a7c15ull >> 56];
}

static inline struct mt_cached *second_place(struct mt_unwind *unwind, uint64_t key)
{
	return &unwind->rules[key * 0x9e3779b97f4a7c15ull >> 52];
}

_Static_assert(MT_FIRST_RULES == 256 && MT_RULES == 4096, "the hashes of a rule's key have 8 and 12 bits");

/* unwind.c */
void mt_walk_begin(struct walk *walk, const struct mt_frame *frame);

/* frames.c: to the end of the stack; why it ends (enum mt_end). */
uint32_t mt_walk_frames(struct walk *walk, const struct mt_frame *frame, uint32_t mode, struct mt_memo *memo);

/* rules.c: the rule for walk->pc by the tables, put into the cache; an unknown one when that cannot be told now. */
uint64_t mt_rule_find(struct walk *walk, uint64_t key);

/* 0 when it is not there, or no longer holds. */
static inline uint64_t rule_in(const struct mt_unwind *unwind, const struct mt_cached *place, uint64_t key)
{
	uint64_t rule = __atomic_load_n(&place->rule, __ATOMIC_RELAXED);
	uint32_t module = module_of(rule);
	if ((__atomic_load_n(&place->check, __ATOMIC_RELAXED) ^ rule) != key || !rule)
		return 0;
	if (module)
		return module <= MT_MODULES_MAX && unwind->modules[module - 1].alive ? rule : 0;
	return (rule >> 4 & ((1u << CFA_BITS) - 1)) == (unwind->mapped & ((1u << CFA_BITS) - 1)) ? rule : 0;
}

static inline uint64_t cached_rule(struct mt_unwind *unwind, uint64_t key)
{
	uint64_t rule = rule_in(unwind, first_place(unwind, key), key);
	return rule ? rule : rule_in(unwind, second_place(unwind, key), key);
}

static inline uint64_t rule_at(struct walk *walk)
{
	uint64_t key = walk->pc - !walk->is_exact;
	uint64_t rule = cached_rule(walk->unwind, key);
	return __builtin_expect(rule != 0, 1) ? rule : mt_rule_find(walk, key);
}

/* leave.c: to the caller's frame; 0, or why there is none (enum mt_end). */
uint32_t mt_leave(struct walk *walk, uint64_t rule);
uint32_t mt_leave_site(struct walk *walk, const struct mt_live_site *site);
uint32_t mt_leave_by_pointer(struct walk *walk, uint32_t otherwise);

/* stack-record.c: the frame at walk->pc into the journal. */
void mt_stack_write_frame(struct walk *walk, uint32_t module);
void mt_stack_write_end(struct walk *walk, uint32_t end);

#endif
