/* Memory for the environments that execs are given. An exec takes its address space with it; a vfork child's parent stays. */
#ifndef MAPTRAIL_ARENAS_H
#define MAPTRAIL_ARENAS_H

#include "journal/tracer.h"

/* Maps `bytes` for the exec of thread `tid`; null when there is no arena or no memory. */
struct mt_arena *mt_arena_claim(struct mt_tracer *tracer, uint32_t tid, size_t bytes);
void mt_arena_release(struct mt_arena *arena);

/* Releases what thread `tid`, a child that has gone, has claimed. */
void mt_arenas_release(struct mt_tracer *tracer, uint32_t tid);

#endif
