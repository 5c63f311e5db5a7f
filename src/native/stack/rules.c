/* From the unwind tables to a packed rule in the cache. */
#include "stack/rules.h"

#include "bytes.h"
#include "patch/stubs.h"
#include "stack/known-stacks.h"
#include "stack/space/modules.h"
#include "stack/space/readable.h"

static uint64_t pack(struct mt_rule rule, uint32_t module)
{
	return (uint64_t)rule.step | ((uint64_t)(uint32_t)(rule.cfa / 8) & ((1u << MT_CFA_BITS) - 1)) << 4 |
	       (uint64_t)rule.rbp << 24 | (uint64_t)rule.rbx << 34 | (uint64_t)module << 48;
}

/* mov $15,%rax; syscall: a signal handler's return address in every libc. musl has no unwind entry that says so. */
static int is_restorer(const struct mt_module *module, uint64_t pc)
{
	static const uint8_t code[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	return pc >= module->start && pc + sizeof code <= module->end && mt_is_readable_page(pc) &&
	       mt_is_readable_page(pc + sizeof code - 1) && mt_same((const void *)pc, code, sizeof code);
}

/*
 * No unwind table is right between a site and the hook: the frame depends on the site. A walk from a signal
 * handler that interrupted the hook steps over it by what the stub saved, and ends if the stub was interrupted itself.
 */
static uint8_t step_in_entry(uint64_t key)
{
	if (key + 1 == (uint64_t)mt_entry_return || key + 1 == (uint64_t)mt_child_made_return)
		return MT_STEP_HOOK;
	if (key - (uint64_t)mt_entry < (uint64_t)(mt_entries_end - mt_entry) || key - (uint64_t)mt_stubs < sizeof mt_stubs)
		return MT_STEP_BAD;
	return MT_STEP_UNKNOWN;
}

struct miss {
	struct mt_tracer *tracer;
	uint64_t key, pc, rule;
};

static void look_up(void *argument)
{
	struct miss *miss = argument;
	struct mt_space *space = mt_space;
	struct mt_rule rule = { MT_STEP_GAP, 0, 0, 0 };
	uint64_t key = miss->key;
	uint32_t number = 0;
	struct mt_module *module = mt_module_at(space, key);
	if (!module && __atomic_load_n(&space->mapped, __ATOMIC_ACQUIRE) != space->seen) {
		mt_modules_refresh(miss->tracer);
		module = mt_module_at(space, key);
	}
	if (module) {
		number = (uint32_t)(module - space->modules) + 1;
		rule.step = step_in_entry(key);
		if (rule.step == MT_STEP_UNKNOWN)
			rule = mt_cfi_find(&module->table, key - module->shift);
		if ((rule.step == MT_STEP_GAP || rule.step == MT_STEP_NO_TABLE) && miss->pc != key && is_restorer(module, miss->pc))
			rule.step = MT_STEP_SIGNAL;
	}
	miss->rule = pack(rule, number);
	if (!number)
		miss->rule |= (uint64_t)(space->seen & ((1u << MT_CFA_BITS) - 1)) << 4;
	struct mt_cached *entry = first_entry(space, key);
	if (__atomic_load_n(&entry->rule, __ATOMIC_RELAXED))
		entry = second_entry(space, key);
	__atomic_store_n(&entry->check, miss->rule ^ key, __ATOMIC_RELAXED);
	__atomic_store_n(&entry->rule, miss->rule, __ATOMIC_RELAXED);
}

uint64_t mt_rule_find(struct mt_tracer *tracer, uint64_t key, uint64_t pc, int is_on_own_stack)
{
	struct miss miss = { tracer, key, pc, MT_STEP_UNKNOWN };
	if (is_on_own_stack)
		look_up(&miss);
	else
		mt_on_own_stack(tracer, mt_known_stacks->own_stacks, look_up, &miss);
	return miss.rule;
}
