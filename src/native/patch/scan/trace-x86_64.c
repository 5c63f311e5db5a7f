/* Decodes the instructions that lead to a syscall. */
#include "patch/scan/trace-x86_64.h"

#include "bytes.h"

static void trace_step(struct mt_trace *trace, const uint8_t *at, struct mt_insn insn)
{
	for (int i = MT_LOOK_BACK; i > 0; i--)
		trace->last[i] = trace->last[i - 1];
	trace->last[0].at = at;
	trace->last[0].insn = insn;
	if (insn.what == MT_INSN_PUSH)
		trace->depth += 8;
	else if (insn.what == MT_INSN_POP)
		trace->depth -= 8;
	else if (insn.what == MT_INSN_STACK_IMM)
		trace->depth += insn.imm;
	if (insn.to > 15)
		return;
	if (insn.what == MT_INSN_MOV_IMM) {
		trace->value[insn.to] = insn.imm;
		trace->value_at[insn.to] = at;
	} else if (insn.what == MT_INSN_MOV_LOW) {
		trace->value[insn.to] = (int32_t)(((uint32_t)trace->value[insn.to] & ~0xffu) | (uint32_t)insn.imm);
	} else if (insn.what == MT_INSN_MOV_REG && insn.from < 16) {
		trace->value[insn.to] = trace->value[insn.from];
		trace->value_at[insn.to] = trace->value_at[insn.from];
	} else {
		trace->value_at[insn.to] = 0;
	}
}

int mt_trace_from(struct mt_trace *trace, const uint8_t *start, const uint8_t *syscall)
{
	mt_zero(trace, sizeof *trace);
	trace->start = start;
	const uint8_t *at = start;
	while (at < syscall) {
		struct mt_insn insn = mt_decode(at, (size_t)(syscall + 2 - at));
		if (!insn.length)
			return 0;
		trace_step(trace, at, insn);
		at += insn.length;
	}
	return at == syscall;
}

/*
 * x86 code decoded from a wrong start falls into step with the true boundaries within a few
 * instructions, so nearly all starts in a stretch of bytes agree on a boundary that is real.
 */
int mt_trace_by_vote(struct mt_trace *trace, const struct mt_image *image, const uint8_t *syscall)
{
	int tried = 0, agreed = 0;
	const uint8_t *good = 0;
	for (int back = 64; back >= 24; back--) {
		const uint8_t *start = syscall - back;
		if (start < image->text)
			continue;
		tried++;
		if (mt_trace_from(trace, start, syscall)) {
			agreed++;
			if (!good)
				good = start;
		}
	}
	if (!good || agreed * 4 < tried * 3)
		return 0;
	mt_trace_from(trace, good, syscall);
	trace->depth = -1;
	for (int i = 0; i < 16; i++) /* an earlier load may be on another path */
		if (trace->value_at[i] && trace->value_at[i] < syscall - 24)
			trace->value_at[i] = 0;
	return 1;
}
