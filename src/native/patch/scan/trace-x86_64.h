/* Decoding of a function up to one of its syscall instructions, with the values that it loads into registers. */
#ifndef MAPTRAIL_TRACE_H
#define MAPTRAIL_TRACE_H

#include "patch/scan/decode-x86_64.h"
#include "patch/scan/elf-image.h"

#define MT_LOOK_BACK 5 /* instructions before the syscall that a patch may use */

struct mt_trace_step {
	const uint8_t *at;
	struct mt_insn insn;
};

/* What is known after decoding from a function's start up to a syscall instruction in it. */
struct mt_trace {
	struct mt_trace_step last[MT_LOOK_BACK + 1]; /* last[0] is the newest */
	int32_t value[16];               /* the immediate last moved into each register */
	const uint8_t *value_at[16];     /* the instruction that did; null: the value is unknown */
	int32_t depth;                   /* bytes pushed since the start; -1 unknown */
	const uint8_t *start; /* where decoding began */
};

/* Decodes from `start`; 1 when an instruction begins exactly at `syscall`. */
int mt_trace_from(struct mt_trace *trace, const uint8_t *start, const uint8_t *syscall);

/* The same where no function start is known (musl has no unwind table): tries many starts; 1 when most of them agree. */
int mt_trace_by_vote(struct mt_trace *trace, const struct mt_image *image, const uint8_t *syscall);

#endif
