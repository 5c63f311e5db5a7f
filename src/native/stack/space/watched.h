/* The Bloom filter over the address space: where modules and stacks may lie. Bits are never cleared. */
#ifndef MAPTRAIL_WATCHED_H
#define MAPTRAIL_WATCHED_H

#include "stack/space/state.h"

#define MT_GRANULE_SHIFT 16
#define MT_WATCHED_BITS (MT_WATCHED_BYTES * 8ull)
#define MT_MOST_GRANULES 256 /* a longer range is taken to hold something */

static inline uint64_t mt_granule_bit(uint64_t granule)
{
	return (granule ^ granule >> 16) & (MT_WATCHED_BITS - 1);
}

/* Notes that a module or stack lies in [from, to). */
static inline void mt_watch(struct mt_space *space, uint64_t from, uint64_t to)
{
	for (uint64_t granule = from >> MT_GRANULE_SHIFT; granule <= (to - 1) >> MT_GRANULE_SHIFT; granule++) {
		uint64_t bit = mt_granule_bit(granule);
		uint8_t mask = (uint8_t)(1u << (bit & 7));
		if (!(__atomic_load_n(&space->watched[bit >> 3], __ATOMIC_RELAXED) & mask))
			__atomic_fetch_or(&space->watched[bit >> 3], mask, __ATOMIC_SEQ_CST);
	}
}

/* Whether one may lie in [from, to). */
static inline int mt_is_watched(const struct mt_space *space, uint64_t from, uint64_t to)
{
	uint64_t first = from >> MT_GRANULE_SHIFT, last = (to - 1) >> MT_GRANULE_SHIFT;
	if (last - first >= MT_MOST_GRANULES)
		return 1;
	for (uint64_t granule = first; granule <= last; granule++) {
		uint64_t bit = mt_granule_bit(granule);
		if (__atomic_load_n(&space->watched[bit >> 3], __ATOMIC_RELAXED) >> (bit & 7) & 1)
			return 1;
	}
	return 0;
}

#endif
