/* From one frame to its caller's, for every kind of frame there is. */
#include "walk.h"

/* Bytes between the first stack pointer and the frame of what libc's start calls: 16 in glibc, 48 (main) in musl. */
#define STARTED_WITHIN 56
#define UCONTEXT_REGISTERS 40 /* uc_mcontext.gregs; asm/sigcontext.h */
#define CALL_INDIRECT 0xff

/* Leads to the caller's frame once the CFA is known: its registers lie below it. */
static uint32_t leave(struct walk *walk, uint64_t cfa, uint64_t rule)
{
	uint64_t pc, rbp = walk->rbp, rbx = walk->rbx;
	if (__builtin_expect(cfa <= walk->sp, 0))
		return MT_END_BAD_TABLE;
	if (!mt_reach_read(&walk->reach, cfa - 8, &pc))
		return MT_END_NO_MEMORY;
	if (rbp_words(rule) && !mt_reach_read(&walk->reach, cfa - 8 * rbp_words(rule), &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_reach_read(&walk->reach, cfa - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	walk->sp = cfa;
	walk->pc = pc;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return 0;
}

/* A frame that aligned its stack: the CFA is kept in memory, and registers below rbp. */
static uint32_t leave_aligned(struct walk *walk, uint64_t rule)
{
	uint64_t cfa, rbp, rbx = walk->rbx;
	if (!mt_reach_read(&walk->reach, walk->rbp + (uint64_t)cfa_of(rule), &cfa) || !mt_reach_read(&walk->reach, walk->rbp, &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_reach_read(&walk->reach, walk->rbp - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	uint32_t end = leave(walk, cfa, 0);
	walk->rbp = rbp;
	walk->rbx = rbx;
	return end;
}

/* Over a signal's frame: the interrupted instruction, on whichever stack it ran. */
static uint32_t leave_signal(struct walk *walk)
{
	uint64_t registers = walk->sp + UCONTEXT_REGISTERS, pc, sp, rbp, rbx;
	if (!mt_reach_read(&walk->reach, registers + 16 * 8, &pc) || !mt_reach_read(&walk->reach, registers + 15 * 8, &sp) ||
	    !mt_reach_read(&walk->reach, registers + 10 * 8, &rbp) || !mt_reach_read(&walk->reach, registers + 11 * 8, &rbx))
		return MT_END_NO_MEMORY;
	walk->pc = pc;
	walk->sp = sp;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 1;
	return 0;
}

/* From the hook back to the site that it was called for; see the macro ask in stubs-x86_64.S. */
static uint32_t leave_hook(struct walk *walk)
{
	const struct mt_frame *frame = (const struct mt_frame *)(walk->rbp + 8);
	uint64_t rbp, rbx, slot;
	if (!mt_reach_read(&walk->reach, walk->rbp, &rbp) || !mt_reach_read(&walk->reach, walk->rbp - 8, &rbx) ||
	    !mt_reach_read(&walk->reach, (uint64_t)&frame->slot, &slot))
		return MT_END_NO_MEMORY;
	walk->pc = slot < MT_STUB_COUNT ? mt_live_sites[slot].resume : slot;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return 0;
}

/* Whether the instruction before a return address is a call: e8 rel32, or ff /2 in its lengths. */
static int is_behind_call(const struct mt_unwind *unwind, uint64_t pc)
{
	const struct mt_module *module = mt_module_at((struct mt_unwind *)unwind, pc);
	const uint8_t *code = (const uint8_t *)pc;
	if (!module)
		return 1; /* code that a runtime made: its calls have any shape */
	if (pc - module->start < 8 || !mt_is_readable_page(pc - 7) || !mt_is_readable_page(pc - 1))
		return 0;
	if (code[-5] == 0xe8)
		return 1;
	for (int bytes = 2; bytes <= 7; bytes++)
		if (code[-bytes] == CALL_INDIRECT && (code[1 - bytes] >> 3 & 7) == 2)
			return 1;
	return 0;
}

/* By frame pointer, where no table can say better: code that runtimes make has no tables and keeps it. */
uint32_t mt_leave_by_pointer(struct walk *walk, uint32_t otherwise)
{
	uint64_t rbp, pc;
	if (walk->rbp < walk->sp || !mt_reach_read(&walk->reach, walk->rbp, &rbp) ||
	    !mt_reach_read(&walk->reach, walk->rbp + 8, &pc))
		return otherwise;
	if (!pc)
		return MT_END_START;
	if (pc < LOWEST_CODE || pc > ADDRESS_MASK || (pc >= walk->reach.low && pc < walk->reach.high))
		return otherwise;
	if (walk->unwind->modules[0].start && walk->tracer->header->stacks != MT_STACKS_FP && !is_behind_call(walk->unwind, pc))
		return otherwise;
	walk->sp = walk->rbp + 16;
	walk->rbp = rbp;
	walk->pc = pc;
	walk->is_exact = 0;
	return 0;
}

/* No table covers the frame. Right above the first stack pointer there is nothing left but the start of libc. */
static uint32_t leave_uncovered(struct walk *walk, uint64_t rule)
{
	if (walk->unwind->initial_sp - walk->sp <= STARTED_WITHIN)
		return MT_END_START;
	/* A file without any table may keep no frame pointers either: following them could skip frames unseen. */
	if (way_of(rule) == MT_OUT_NO_TABLE && module_of(rule))
		return MT_END_NO_TABLE;
	return mt_leave_by_pointer(walk, MT_END_NO_TABLE);
}

uint32_t mt_leave(struct walk *walk, uint64_t rule)
{
	switch (way_of(rule)) {
	case MT_OUT_RSP:
		return leave(walk, walk->sp + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_RBP:
		return leave(walk, walk->rbp + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_RBX:
		return leave(walk, walk->rbx + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_DEREF:
		return leave_aligned(walk, rule);
	case MT_OUT_HOOK:
		return leave_hook(walk);
	case MT_OUT_SIGNAL:
		return leave_signal(walk);
	case MT_OUT_START:
		return MT_END_START;
	case MT_OUT_BAD:
		return MT_END_BAD_TABLE;
	default:
		return leave_uncovered(walk, rule);
	}
}

/* From the site to the return address of the function around it. */
uint32_t mt_leave_site(struct walk *walk, const struct mt_live_site *site)
{
	uint64_t rule = rule_at(walk);
	uint32_t way = way_of(rule);
	if (way == MT_OUT_RDI) { /* vfork keeps its return address in a register across the call */
		walk->sp += (uint64_t)cfa_of(rule);
		walk->pc = walk->rdi;
		return 0;
	}
	if (way >= MT_OUT_RSP)
		return mt_leave(walk, rule);
	if (site->depth == MT_DEPTH_UNKNOWN)
		return MT_END_NO_TABLE;
	return leave(walk, walk->sp + site->depth + 8, 0);
}
