/* What the hook observes besides calls: clock pairs and the kernel's maps. */
#ifndef MAPTRAIL_OBSERVE_H
#define MAPTRAIL_OBSERVE_H

#include "journal/tracer.h"

/* A pair of time stamp counter and CLOCK_MONOTONIC, from which the recorder derives the counter's rate. */
void mt_emit_clock(struct mt_tracer *tracer);

/* A clock pair and a maps text; `moment` is enum mt_moment. `also`, unless null, is given the maps as they are read. */
void mt_observe_maps(struct mt_tracer *tracer, uint64_t moment, void (*also)(const char *text, size_t bytes));

#endif
