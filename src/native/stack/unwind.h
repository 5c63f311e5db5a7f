/* The call stack of a call, as an id for all its frames. */
#ifndef MAPTRAIL_UNWIND_H
#define MAPTRAIL_UNWIND_H

#include "journal/tracer.h"
#include "stack/registers.h"

struct mt_call_stack {
	uint64_t caller; /* the return address of the function that made the call; 0 unknown */
	uint32_t id;     /* of the stack; 0 without one */
};

/* The stack that begins at `from`. One that is new to the journal is emitted before this returns. */
struct mt_call_stack mt_stack_of(struct mt_tracer *tracer, const struct mt_registers *from);

#endif
