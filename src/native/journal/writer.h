/* Reserving a slot and committing the record in it: the hot path of every call, without a lock or a system call. */
#ifndef MAPTRAIL_WRITER_H
#define MAPTRAIL_WRITER_H

#include "journal/room.h"
#include "journal/tracer.h"

/* Reserves the next slot and returns the zeroed record in it; null, counted as lost, when there is no room. */
static inline struct mt_record *mt_reserve(struct mt_tracer *tracer, uint64_t *slot)
{
	struct mt_header *header = tracer->header;
	uint64_t s = __atomic_fetch_add(&header->cursor, 1, __ATOMIC_ACQ_REL);
	*slot = s;
	if (__builtin_expect(s >= __atomic_load_n(&header->limit, __ATOMIC_ACQUIRE) ||
				     s >= __atomic_load_n(&tracer->mapped, __ATOMIC_ACQUIRE), 0) &&
	    !mt_make_room(tracer, s))
		return 0;
	return (struct mt_record *)(tracer->base + s * MT_RECORD_SIZE);
}

/* The slot of a reserved record. */
static inline uint64_t mt_slot_of(const struct mt_tracer *tracer, const struct mt_record *record)
{
	return ((uint64_t)record - tracer->base) / MT_RECORD_SIZE;
}

/* Publishes a filled record; the reader takes nothing from it before. */
static inline void mt_commit(struct mt_record *record)
{
	__atomic_store_n(&record->state, MT_STATE_DONE, __ATOMIC_RELEASE);
}

#endif
