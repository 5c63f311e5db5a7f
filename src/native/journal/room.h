/* Room for slots, in the file and in memory. All of it is rare; the hot path is in writer.h. */
#ifndef MAPTRAIL_ROOM_H
#define MAPTRAIL_ROOM_H

#include "journal/tracer.h"

/* Gives a reserved slot room in the file and in memory; 0, and a lost record, when that fails. */
int mt_make_room(struct mt_tracer *tracer, uint64_t slot);

/* Unmaps slots that the recorder has drained, so that page tables of a long recording do not pile up. */
void mt_release_drained(struct mt_tracer *tracer);

/* Faults in the slots ahead of the ones in use in one system call, which costs less than a page fault each. */
#define MT_POPULATED_SLOTS 512ull
void mt_populate_ahead(struct mt_tracer *tracer, uint64_t slot);

/* Unmaps slots not yet in use: called before the program limits or locks its address space. */
void mt_unmap_unused(struct mt_tracer *tracer);

#endif
