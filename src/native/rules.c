/* Rules from the unwind tables into the cache: the slow part of a walk, once for each address. */
#include "walk.h"

static uint64_t pack(struct mt_rule rule, uint32_t module)
{
	return (uint64_t)rule.way | ((uint64_t)(uint32_t)(rule.cfa / 8) & ((1u << CFA_BITS) - 1)) << 4 |
	       (uint64_t)rule.rbp << 24 | (uint64_t)rule.rbx << 34 | (uint64_t)module << 48;
}

/* mov $15,%rax; syscall: what a handler returns to, in each libc; musl has no table that says so. */
static int is_restorer(const struct mt_module *module, uint64_t pc)
{
	static const uint8_t code[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	return pc >= module->start && pc + sizeof code <= module->end && mt_is_readable_page(pc) &&
	       mt_is_readable_page(pc + sizeof code - 1) && mt_same((const void *)pc, code, sizeof code);
}

/*
 * The way from a site into the hook has no table that is right for every site: a signal
 * handler's walk leaves it by what the stub saved, or ends.
 */
static uint8_t way_by_entry(uint64_t key)
{
	if (key + 1 == (uint64_t)mt_entry_behind || key + 1 == (uint64_t)mt_returned_behind)
		return MT_OUT_HOOK;
	if (key - (uint64_t)mt_entry < (uint64_t)(mt_entries_end - mt_entry) || key - (uint64_t)mt_stubs < sizeof mt_stubs)
		return MT_OUT_BAD;
	return MT_OUT_UNKNOWN;
}

struct miss {
	struct walk *walk;
	uint64_t key, rule;
};

static void look_up(void *argument)
{
	struct miss *miss = argument;
	const struct walk *walk = miss->walk;
	struct mt_unwind *unwind = walk->unwind;
	struct mt_rule rule = { MT_OUT_GAP, 0, 0, 0 };
	uint64_t key = miss->key;
	uint32_t number = 0;
	struct mt_module *module = mt_module_at(unwind, key);
	if (!module && __atomic_load_n(&unwind->mapped, __ATOMIC_ACQUIRE) != unwind->seen) {
		mt_modules_refresh(walk->tracer);
		module = mt_module_at(unwind, key);
	}
	if (module) {
		number = (uint32_t)(module - unwind->modules) + 1;
		rule.way = way_by_entry(key);
		if (rule.way == MT_OUT_UNKNOWN)
			rule = mt_cfi_find(&module->table, key - module->shift);
		if ((rule.way == MT_OUT_GAP || rule.way == MT_OUT_NO_TABLE) && !walk->is_exact && is_restorer(module, walk->pc))
			rule.way = MT_OUT_SIGNAL;
	}
	miss->rule = pack(rule, number);
	if (!number) /* true until something is mapped: see rule_at */
		miss->rule |= (uint64_t)(unwind->seen & ((1u << CFA_BITS) - 1)) << 4;
	struct mt_cached *place = first_place(unwind, key);
	if (__atomic_load_n(&place->rule, __ATOMIC_RELAXED))
		place = second_place(unwind, key);
	__atomic_store_n(&place->check, miss->rule ^ key, __ATOMIC_RELAXED);
	__atomic_store_n(&place->rule, miss->rule, __ATOMIC_RELAXED);
}

/* What the cache does not hold, which is put there; an unknown rule when that cannot be told now. */
uint64_t mt_rule_find(struct walk *walk, uint64_t key)
{
	struct miss miss = { walk, key, MT_OUT_UNKNOWN };
	if (walk->id) /* aside already */
		look_up(&miss);
	else
		mt_aside(walk->tracer, look_up, &miss);
	return miss.rule;
}
