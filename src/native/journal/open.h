/* Opening the journal of a process. */
#ifndef MAPTRAIL_OPEN_H
#define MAPTRAIL_OPEN_H

#include "journal/tracer.h"

/* Opens a journal for the calling process, with the given MT_FEATURE_ bits; 1 once records can be written. */
int mt_journal_open(struct mt_tracer *tracer, uint32_t features);

#endif
