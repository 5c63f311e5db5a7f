/* Keeps what the walk knows true while the program maps and unmaps memory. */
#ifndef MAPTRAIL_INVALIDATE_H
#define MAPTRAIL_INVALIDATE_H

#include "journal/tracer.h"

/*
 * Before a call that may take memory away. 1: call it once more when the call has returned, since a
 * walk in another thread may have cached memory of the range in the meantime.
 */
int mt_invalidate_before(const struct mt_tracer *tracer, const uint64_t args[6], uint16_t kind);

/* After a call that worked and may have mapped code of a file. */
void mt_invalidate_after(const uint64_t args[6], uint16_t kind);

#endif
