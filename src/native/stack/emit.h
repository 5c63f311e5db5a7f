/* Emits one stack as MT_KIND_STACK records, frame by frame. */
#ifndef MAPTRAIL_EMIT_H
#define MAPTRAIL_EMIT_H

#include "journal/tracer.h"

struct mt_stack_writer {
	uint32_t id; /* of the stack; 0: nothing is emitted */
	uint32_t failed;
	struct mt_stack *piece; /* the record being filled; null: none */
	uint32_t piece_number;
};

/* `pc` as the walk sees it; `module` is its module's number, 0 without one. Emits the module's name first if the journal lacks it. */
void mt_stack_emit_frame(struct mt_stack_writer *writer, struct mt_tracer *tracer, uint64_t pc, uint32_t module);

/* `end` is enum mt_end. Sets writer->id to 0 when the stack could not be emitted whole. */
void mt_stack_emit_end(struct mt_stack_writer *writer, uint32_t end);

#endif
