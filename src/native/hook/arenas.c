/* Claims and releases arenas, without a lock. */
#include "hook/arenas.h"

struct mt_arena *mt_arena_claim(struct mt_tracer *tracer, uint32_t tid, size_t bytes)
{
	for (int i = 0; i < MT_ARENAS; i++) {
		struct mt_arena *arena = &tracer->arenas[i];
		uint32_t free = 0;
		if (!__atomic_compare_exchange_n(&arena->tid, &free, tid, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		long memory = mt_sys6(MT_NR_mmap, (long)(mt_config.tool_base + MT_ARENA_OFFSET), (long)bytes,
				      MT_PROT_READ | MT_PROT_WRITE, MT_MAP_PRIVATE | MT_MAP_ANONYMOUS, -1, 0);
		if (mt_failed(memory)) {
			__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
			return 0;
		}
		arena->base = (uint64_t)memory;
		arena->length = bytes;
		return arena;
	}
	return 0;
}

void mt_arena_release(struct mt_arena *arena)
{
	mt_sys2(MT_NR_munmap, (long)arena->base, (long)arena->length);
	arena->base = 0;
	__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
}

void mt_arenas_release(struct mt_tracer *tracer, uint32_t tid)
{
	for (int i = 0; i < MT_ARENAS; i++)
		if (tracer->arenas[i].tid == tid && tracer->arenas[i].base)
			mt_arena_release(&tracer->arenas[i]);
}
