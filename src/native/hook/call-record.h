/* The record of one call, from before the call to after it. */
#ifndef MAPTRAIL_CALL_RECORD_H
#define MAPTRAIL_CALL_RECORD_H

#include "journal/tracer.h"
#include "patch/stubs.h"

/* Reserves a record and fills in what is known before the call; null when there is no room. `arguments`: how many are kept. */
struct mt_record *mt_call_begin(struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind, unsigned arguments);

/* Fills in what the clock and the cursor say right after the call, which orders it before calls that begin later. */
static inline void mt_call_returned(struct mt_tracer *tracer, struct mt_record *record)
{
	record->tsc_end = mt_ticks();
	record->end = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
}

/* Commits the record of a call that returned. */
void mt_call_commit(struct mt_tracer *tracer, struct mt_record *record, long result);

/* Commits a record that ends where it began: of a call that is recorded before it is made, or only once it was. */
void mt_call_commit_instant(struct mt_tracer *tracer, struct mt_record *record, long result);

#endif
