/* The stacks that a journal holds already: by the hash of their frames, without a lock and without a limit that is met by waiting. */
#include "unwind.h"

#define WINDOW 8

#define LEVELS 3

/* Three tables, each larger than the one before: a short process touches the first alone. */
static struct mt_known_stack *window(struct mt_stack_ids *ids, int level, uint64_t hash)
{
	static const uint32_t sizes[LEVELS] = { MT_FIRST_STACKS, MT_MORE_STACKS, MT_MOST_STACKS };
	struct mt_known_stack *table = level == 0 ? ids->known : level == 1 ? ids->more_known : ids->more_known + MT_MORE_STACKS;
	return &table[hash & (sizes[level] - 1) & ~(uint64_t)(WINDOW - 1)];
}

uint32_t mt_stack_find(struct mt_stack_ids *ids, uint64_t hash)
{
	for (int level = 0; level < LEVELS; level++) {
		struct mt_known_stack *known = window(ids, level, hash);
		for (int i = 0; i < WINDOW; i++) {
			uint64_t found = __atomic_load_n(&known[i].hash, __ATOMIC_ACQUIRE);
			if (found == hash)
				return __atomic_load_n(&known[i].id, __ATOMIC_ACQUIRE);
			if (!found)
				return 0;
		}
	}
	return 0;
}

uint32_t mt_stack_new_id(struct mt_stack_ids *ids)
{
	return __atomic_add_fetch(&ids->next, 1, __ATOMIC_RELAXED);
}

/* The last place of a last window is for callers alone: they are what deeper stacks degrade to. */
int mt_stack_has_room(const struct mt_stack_ids *ids, uint64_t hash, int is_caller_alone)
{
	const struct mt_known_stack *known = window((struct mt_stack_ids *)ids, LEVELS - 1, hash);
	return !__atomic_load_n(&known[WINDOW - (is_caller_alone ? 1 : 2)].hash, __ATOMIC_ACQUIRE);
}

/* Two threads may keep the same stack under two ids; the recorder sees that they are one. */
void mt_stack_keep(struct mt_stack_ids *ids, uint64_t hash, uint32_t id)
{
	for (int level = 0; level < LEVELS; level++) {
		struct mt_known_stack *known = window(ids, level, hash);
		for (int i = 0; i < WINDOW; i++) {
			uint64_t nobody = 0;
			if (!__atomic_load_n(&known[i].hash, __ATOMIC_RELAXED) &&
			    __atomic_compare_exchange_n(&known[i].hash, &nobody, hash, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
				__atomic_store_n(&known[i].id, id, __ATOMIC_RELEASE);
				return;
			}
		}
	}
}

