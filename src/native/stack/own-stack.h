/* Stacks of the tool's own, for work that the program's signal stack may have no room for. */
#ifndef MAPTRAIL_OWN_STACK_H
#define MAPTRAIL_OWN_STACK_H

#include "journal/tracer.h"

#define MT_OWN_STACKS 16
#define MT_OWN_STACK_BYTES 16384

/* The stack grows down from `taken`. */
struct mt_own_stack {
	uint64_t words[MT_OWN_STACK_BYTES / 8 - 2];
	uint32_t taken;
	uint32_t reserved[3];
};

/* Calls work(argument) on one of `stacks`, with all signals blocked; 0 when all are taken and it was not called. */
int mt_on_own_stack(struct mt_tracer *tracer, struct mt_own_stack stacks[MT_OWN_STACKS], void (*work)(void *), void *argument);

#endif
