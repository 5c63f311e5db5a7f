/* Emits clock and maps records. */
#include "hook/observe.h"

#include "journal/proc-text.h"
#include "journal/writer.h"

void mt_emit_clock(struct mt_tracer *tracer)
{
	uint64_t slot;
	struct mt_record *record = mt_reserve(tracer, &slot);
	uint64_t ticks, now;
	mt_clock_pair(&ticks, &now);
	tracer->header->tsc_last = ticks;
	tracer->header->mono_last = now;
	if (!record)
		return;
	record->kind = MT_KIND_CLOCK;
	record->tid = mt_tid(tracer);
	record->args[0] = ticks;
	record->args[1] = now;
	record->end = slot + 1;
	mt_commit(record);
}

/* The clock record comes first: its slot separates calls that ended before the maps were read from those running meanwhile. */
void mt_observe_maps(struct mt_tracer *tracer, uint64_t moment, void (*also)(const char *text, size_t bytes))
{
	mt_emit_clock(tracer);
	mt_emit_maps(tracer, moment, also);
}
