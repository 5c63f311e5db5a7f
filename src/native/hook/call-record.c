/* Begins and commits records of calls. */
#include "hook/call-record.h"

#include "hook/observe.h"
#include "journal/writer.h"
#include "stack/unwind.h"

#define CLOCK_EVERY 0x3fffu /* slots between two clock pairs, minus one; a bit mask */

/* The program's registers at the site. */
static inline struct mt_registers registers_at(const struct mt_frame *frame)
{
	const struct mt_patched_site *site = &mt_patched_sites[frame->stub & (MT_STUB_COUNT - 1)];
	return (struct mt_registers){
		.pc = site->resume,
		.sp = mt_frame_sp(frame),
		.rbp = frame->rbp,
		.rbx = frame->rbx,
		.rdi = frame->args[0],
		.depth = site->depth,
	};
}

struct mt_record *mt_call_begin(struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind, unsigned arguments)
{
	struct mt_registers registers = registers_at(frame);
	uint64_t slot;
	struct mt_call_stack stack = mt_stack_of(tracer, &registers); /* before mt_reserve: it may emit records of its own */
	struct mt_record *record = mt_reserve(tracer, &slot);
	if (!record)
		return 0;
	record->kind = kind;
	record->tid = mt_tid(tracer);
	record->return_address = stack.caller;
	record->stack = stack.id;
	for (unsigned i = 0; i < arguments; i++)
		record->args[i] = frame->args[i];
	record->tsc_begin = mt_ticks();
	__atomic_store_n(&record->state, MT_STATE_BEGUN, __ATOMIC_RELEASE);
	return record;
}

void mt_call_commit(struct mt_tracer *tracer, struct mt_record *record, long result)
{
	uint64_t slot = mt_slot_of(tracer, record);
	record->result = result;
	mt_commit(record);
	if (__builtin_expect((slot & (MT_POPULATED_SLOTS - 1)) == 0, 0) && !tracer->sealed)
		mt_populate_ahead(tracer, slot);
	if (__builtin_expect((slot & CLOCK_EVERY) == CLOCK_EVERY, 0) && !tracer->sealed) {
		mt_emit_clock(tracer);
		mt_release_drained(tracer);
	}
}

void mt_call_commit_instant(struct mt_tracer *tracer, struct mt_record *record, long result)
{
	record->tsc_end = record->tsc_begin;
	record->end = mt_slot_of(tracer, record) + 1;
	record->result = result;
	mt_commit(record);
}
