/* Texts out of /proc/self: the maps, and what symbolic links point to. */
#ifndef MAPTRAIL_PROC_TEXT_H
#define MAPTRAIL_PROC_TEXT_H

#include "journal/tracer.h"

/* Emits /proc/self/maps as it is now; `moment` is enum mt_moment. `also`, unless null, is given the same bytes as they are read. */
void mt_emit_maps(struct mt_tracer *tracer, uint64_t moment, void (*also)(const char *text, size_t bytes));

/*
 * Emits the target of a symbolic link under /proc/self, unless it is in the journal already. Returns the text's key, a
 * hash of `seed` and the target; 0 when the link cannot be read.
 */
uint64_t mt_emit_link(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2]);

#endif
