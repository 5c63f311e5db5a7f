/* Calls that change the address space: made on the hook's stack and recorded. */
#ifndef MAPTRAIL_CALL_H
#define MAPTRAIL_CALL_H

#include "hook/outcome.h"
#include "journal/tracer.h"
#include "patch/stubs.h"

/* Makes the call in `frame`, records it, and leaves the result in frame->nr. */
void mt_record_call(struct mt_tracer *tracer, struct mt_frame *frame, uint16_t kind, unsigned arguments);

/* Whether a munmap takes the stack that it is called on, as a musl thread's last one does. */
static inline int mt_unmaps_own_stack(const struct mt_frame *frame)
{
	return (uint64_t)frame - frame->args[0] < frame->args[1];
}

/* Records such a munmap before it is made, which the stub then does without a stack. */
enum mt_outcome mt_record_own_munmap(struct mt_tracer *tracer, struct mt_frame *frame);

#endif
