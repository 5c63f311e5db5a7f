/* Steps to the caller, for every kind of frame. */
#include "stack/step.h"

#include "patch/stubs.h"
#include "stack/space/modules.h"
#include "stack/space/readable.h"

/* From the first stack pointer down to the frame that libc's start code calls: 16 bytes in glibc, 48 (main) in musl. */
#define STARTED_WITHIN 56
#define UCONTEXT_REGISTERS 40 /* uc_mcontext.gregs; asm/sigcontext.h */
#define CALL_INDIRECT 0xff

/* To the caller's frame once the CFA is known; its registers are saved below it. */
static uint32_t step_to(struct mt_walk *walk, uint64_t cfa, uint64_t rule)
{
	uint64_t pc, rbp = walk->rbp, rbx = walk->rbx;
	if (__builtin_expect(cfa <= walk->sp, 0))
		return MT_END_BAD_TABLE;
	if (!mt_bounds_read(&walk->bounds, cfa - 8, &pc))
		return MT_END_NO_MEMORY;
	if (rbp_words(rule) && !mt_bounds_read(&walk->bounds, cfa - 8 * rbp_words(rule), &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_bounds_read(&walk->bounds, cfa - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	walk->sp = cfa;
	walk->pc = pc;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return 0;
}

/* A frame that realigned its stack: the CFA is saved in memory, and registers below rbp. */
static uint32_t step_aligned(struct mt_walk *walk, uint64_t rule)
{
	uint64_t cfa, rbp, rbx = walk->rbx;
	if (!mt_bounds_read(&walk->bounds, walk->rbp + (uint64_t)cfa_of(rule), &cfa) || !mt_bounds_read(&walk->bounds, walk->rbp, &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_bounds_read(&walk->bounds, walk->rbp - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	uint32_t end = step_to(walk, cfa, 0);
	walk->rbp = rbp;
	walk->rbx = rbx;
	return end;
}

/* Over a signal frame to the interrupted instruction, on whatever stack it ran. */
static uint32_t step_signal(struct mt_walk *walk)
{
	uint64_t registers = walk->sp + UCONTEXT_REGISTERS, pc, sp, rbp, rbx;
	if (!mt_bounds_read(&walk->bounds, registers + 16 * 8, &pc) || !mt_bounds_read(&walk->bounds, registers + 15 * 8, &sp) ||
	    !mt_bounds_read(&walk->bounds, registers + 10 * 8, &rbp) || !mt_bounds_read(&walk->bounds, registers + 11 * 8, &rbx))
		return MT_END_NO_MEMORY;
	walk->pc = pc;
	walk->sp = sp;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 1;
	return 0;
}

/* From the hook to the site that called it: by what the macro call_hook in patch/stubs-x86_64.S saved. */
static uint32_t step_over_hook(struct mt_walk *walk)
{
	const struct mt_frame *frame = (const struct mt_frame *)(walk->rbp - offsetof(struct mt_frame, rbp));
	uint64_t rbp, rbx, stub;
	if (!mt_bounds_read(&walk->bounds, (uint64_t)&frame->rbp, &rbp) ||
	    !mt_bounds_read(&walk->bounds, (uint64_t)&frame->rbx, &rbx) ||
	    !mt_bounds_read(&walk->bounds, (uint64_t)&frame->stub, &stub))
		return MT_END_NO_MEMORY;
	walk->pc = mt_patched_sites[stub & (MT_STUB_COUNT - 1)].resume;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return 0;
}

/* Whether the instruction before a return address is a call: e8 rel32, or ff /2 in its lengths. */
static int follows_call(struct mt_space *space, uint64_t pc)
{
	const struct mt_module *module = mt_module_at(space, pc);
	const uint8_t *code = (const uint8_t *)pc;
	if (!module)
		return 1; /* generated code: its calls may look different */
	if (pc - module->start < 8 || !mt_is_readable_page(pc - 7) || !mt_is_readable_page(pc - 1))
		return 0;
	if (code[-5] == 0xe8)
		return 1;
	for (int bytes = 2; bytes <= 7; bytes++)
		if (code[-bytes] == CALL_INDIRECT && (code[1 - bytes] >> 3 & 7) == 2)
			return 1;
	return 0;
}

/* Generated code has no unwind table and keeps frame pointers. */
uint32_t mt_step_by_frame_pointer(struct mt_walk *walk, uint32_t otherwise)
{
	uint64_t rbp, pc;
	if (walk->rbp < walk->sp || !mt_bounds_read(&walk->bounds, walk->rbp, &rbp) ||
	    !mt_bounds_read(&walk->bounds, walk->rbp + 8, &pc))
		return otherwise;
	if (!pc)
		return MT_END_START;
	if (pc < MT_LOWEST_CODE || pc > MT_ADDRESS_MASK || (pc >= walk->bounds.low && pc < walk->bounds.high))
		return otherwise;
	if (mt_space->modules[0].start && walk->tracer->header->stacks != MT_STACKS_FP && !follows_call(mt_space, pc))
		return otherwise;
	walk->sp = walk->rbp + 16;
	walk->rbp = rbp;
	walk->pc = pc;
	walk->is_exact = 0;
	return 0;
}

/* No table covers the frame. Just below the first stack pointer it can only be libc's start code. */
static uint32_t step_uncovered(struct mt_walk *walk, uint64_t rule)
{
	if (mt_space->initial_sp - walk->sp <= STARTED_WITHIN)
		return MT_END_START;
	/* A file without a table may have been built without frame pointers, too: following rbp could skip frames. */
	if (step_of(rule) == MT_STEP_NO_TABLE && module_of(rule))
		return MT_END_NO_TABLE;
	return mt_step_by_frame_pointer(walk, MT_END_NO_TABLE);
}

uint32_t mt_step(struct mt_walk *walk, uint64_t rule)
{
	switch (step_of(rule)) {
	case MT_STEP_RSP:
		return step_to(walk, walk->sp + (uint64_t)cfa_of(rule), rule);
	case MT_STEP_RBP:
		return step_to(walk, walk->rbp + (uint64_t)cfa_of(rule), rule);
	case MT_STEP_RBX:
		return step_to(walk, walk->rbx + (uint64_t)cfa_of(rule), rule);
	case MT_STEP_DEREF:
		return step_aligned(walk, rule);
	case MT_STEP_HOOK:
		return step_over_hook(walk);
	case MT_STEP_SIGNAL:
		return step_signal(walk);
	case MT_STEP_START:
		return MT_END_START;
	case MT_STEP_BAD:
		return MT_END_BAD_TABLE;
	default:
		return step_uncovered(walk, rule);
	}
}

uint32_t mt_step_from_site(struct mt_walk *walk)
{
	uint64_t rule = mt_walk_rule(walk);
	uint32_t step = step_of(rule);
	if (step == MT_STEP_RDI) { /* vfork keeps its return address in rdi across the call */
		walk->sp += (uint64_t)cfa_of(rule);
		walk->pc = walk->from->rdi;
		return 0;
	}
	if (step >= MT_STEP_RSP)
		return mt_step(walk, rule);
	if (walk->from->depth == MT_DEPTH_UNKNOWN)
		return MT_END_NO_TABLE;
	return step_to(walk, walk->sp + walk->from->depth + 8, 0);
}
