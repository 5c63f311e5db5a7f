/* Three lock-free hash tables of stacks, each tried when the window in the one before is full. */
#include "stack/known-stacks.h"

#define WINDOW 8 /* entries in which a hash may stand: two cache lines */
#define LEVELS 3

struct mt_known_stacks *mt_known_stacks;

/* Each table is larger than the one before: a short process touches the first alone. */
static struct mt_known_stack *window(struct mt_known_stacks *known, int level, uint64_t hash)
{
	static const uint32_t sizes[LEVELS] = { MT_FIRST_STACKS, MT_MORE_STACKS, MT_MOST_STACKS };
	struct mt_known_stack *table = level == 0 ? known->first : level == 1 ? known->more : known->more + MT_MORE_STACKS;
	return &table[hash & (sizes[level] - 1) & ~(uint64_t)(WINDOW - 1)];
}

uint32_t mt_stack_find(struct mt_known_stacks *known, uint64_t hash)
{
	for (int level = 0; level < LEVELS; level++) {
		struct mt_known_stack *entries = window(known, level, hash);
		for (int i = 0; i < WINDOW; i++) {
			uint64_t found = __atomic_load_n(&entries[i].hash, __ATOMIC_ACQUIRE);
			if (found == hash)
				return __atomic_load_n(&entries[i].id, __ATOMIC_ACQUIRE);
			if (!found)
				return 0;
		}
	}
	return 0;
}

uint32_t mt_stack_new_id(struct mt_known_stacks *known)
{
	return __atomic_add_fetch(&known->last_id, 1, __ATOMIC_RELAXED);
}

/* The last entry of a last window is for stacks of one frame: what a deeper stack is cut to when there is no room. */
int mt_stack_has_room(const struct mt_known_stacks *known, uint64_t hash, int is_caller_alone)
{
	const struct mt_known_stack *entries = window((struct mt_known_stacks *)known, LEVELS - 1, hash);
	return !__atomic_load_n(&entries[WINDOW - (is_caller_alone ? 1 : 2)].hash, __ATOMIC_ACQUIRE);
}

/* Two threads may keep the same stack under two ids; the recorder merges them. */
void mt_stack_keep(struct mt_known_stacks *known, uint64_t hash, uint32_t id)
{
	for (int level = 0; level < LEVELS; level++) {
		struct mt_known_stack *entries = window(known, level, hash);
		for (int i = 0; i < WINDOW; i++) {
			uint64_t free = 0;
			if (!__atomic_load_n(&entries[i].hash, __ATOMIC_RELAXED) &&
			    __atomic_compare_exchange_n(&entries[i].hash, &free, hash, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
				__atomic_store_n(&entries[i].id, id, __ATOMIC_RELEASE);
				return;
			}
		}
	}
}

