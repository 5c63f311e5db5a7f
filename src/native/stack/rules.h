/* Rules for stepping to the caller, each packed into one word, and the cache that holds them by code address. */
#ifndef MAPTRAIL_RULES_H
#define MAPTRAIL_RULES_H

#include "journal/tracer.h"
#include "stack/space/state.h"
#include "stack/tables/cfi.h"

/*
 * A packed rule, from the lowest bit: 4 bits enum mt_step, 20 bits CFA offset / 8 (signed), 10 bits words from the
 * CFA down to the saved rbp, 10 bits the same for rbx, 4 bits unused, 16 bits the module's number.
 * Without a module, the CFA bits hold the low bits of mt_space.mapped instead: the rule is true until something is mapped.
 */
#define MT_CFA_BITS 20

static inline uint32_t step_of(uint64_t rule)
{
	return rule & 15;
}

static inline int64_t cfa_of(uint64_t rule)
{
	return (int64_t)(rule << (64 - 4 - MT_CFA_BITS)) >> (64 - MT_CFA_BITS) << 3;
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

/* A rule is in one of two entries. */
static inline struct mt_cached *first_entry(struct mt_space *space, uint64_t key)
{
	return &space->first_rules[key * 0x9e3779b97f4a7c15ull >> 56];
}

static inline struct mt_cached *second_entry(struct mt_space *space, uint64_t key)
{
	return &space->rules[key * 0x9e3779b97f4a7c15ull >> 52];
}

_Static_assert(MT_FIRST_RULES == 256 && MT_RULES == 4096, "the hashes of a rule's key have 8 and 12 bits");

/* The rule in an entry; 0 when it is another key's, or no longer valid. */
static inline uint64_t rule_in(const struct mt_space *space, const struct mt_cached *entry, uint64_t key)
{
	uint64_t rule = __atomic_load_n(&entry->rule, __ATOMIC_RELAXED);
	uint32_t module = module_of(rule);
	if ((__atomic_load_n(&entry->check, __ATOMIC_RELAXED) ^ rule) != key || !rule)
		return 0;
	if (module)
		return module <= MT_MODULES_MAX && space->modules[module - 1].alive ? rule : 0;
	return (rule >> 4 & ((1u << MT_CFA_BITS) - 1)) == (space->mapped & ((1u << MT_CFA_BITS) - 1)) ? rule : 0;
}

static inline uint64_t cached_rule(struct mt_space *space, uint64_t key)
{
	uint64_t rule = rule_in(space, first_entry(space, key), key);
	return rule ? rule : rule_in(space, second_entry(space, key), key);
}

/*
 * Looks a rule up in the unwind tables and caches it: the slow part of a walk, once for each address. `key` is an address
 * inside the instruction that is being executed, `pc` the next one. MT_STEP_UNKNOWN when it cannot be looked up now.
 */
uint64_t mt_rule_find(struct mt_tracer *tracer, uint64_t key, uint64_t pc, int is_on_own_stack);

#endif
