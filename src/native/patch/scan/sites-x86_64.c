/* Finds system call sites in x86-64 code by decoding from the start of the function around each `0f 05`. */
#include "patch/scan/sites.h"

#include "bytes.h"
#include "calls.h"
#include "patch/scan/trace-x86_64.h"

#define ANY_BYTES 192  /* libc's syscall() is no longer than this */
#define PATCH_BYTES 5 /* jmp rel32 */
#define FUNCTION_BYTES 65536
#define BRANCH_RANGE 512 /* bytes after a site that are searched for branches into it */

/* The `mov $nr,%eax` before the syscall with only movable instructions between them; its index in last[], or -1. */
static int number_step(const struct mt_trace *trace)
{
	unsigned moved = 0;
	for (int i = 0; i <= MT_LOOK_BACK; i++) {
		const struct mt_trace_step *step = &trace->last[i];
		if (!step->at)
			return -1;
		if (step->insn.what == MT_INSN_MOV_IMM && step->insn.to == 0)
			return step->insn.length >= PATCH_BYTES ? i : -1;
		moved += step->insn.length;
		if (!step->insn.movable || step->insn.to == 0 || moved > MT_SITE_MOVED_MAX)
			return -1;
	}
	return -1;
}

/* Whether a branch near the site leads to an address strictly between `from` and `to`. */
static int is_entered(const struct mt_image *image, const uint8_t *start, const uint8_t *from, const uint8_t *to)
{
	const uint8_t *end = image->text + image->text_bytes;
	if (end - to > BRANCH_RANGE)
		end = to + BRANCH_RANGE;
	for (const uint8_t *at = start; at < end;) {
		struct mt_insn insn = mt_decode(at, (size_t)(end - at));
		if (!insn.length)
			return 0;
		at += insn.length;
		if (insn.what == MT_INSN_BRANCH && insn.imm && at + insn.imm > from && at + insn.imm < to)
			return 1;
	}
	return 0;
}

/* Bytes of whole movable instructions before the syscall, enough for a jump; 0 when there are none. */
static uint8_t movable_bytes(const struct mt_image *image, const struct mt_trace *trace, const uint8_t *syscall)
{
	unsigned bytes = 0;
	for (int i = 0; i <= MT_LOOK_BACK && trace->last[i].at && trace->last[i].insn.movable; i++) {
		bytes += trace->last[i].insn.length;
		if (bytes > MT_SITE_MOVED_MAX)
			return 0;
		if (bytes >= PATCH_BYTES)
			return is_entered(image, trace->start, trace->last[i].at, syscall + 1) ? 0 : (uint8_t)bytes;
	}
	return 0;
}

static uint16_t depth_of(const struct mt_trace *trace)
{
	return trace->depth >= 0 && trace->depth < 4096 ? (uint16_t)trace->depth : MT_DEPTH_UNKNOWN;
}

/* Describes the syscall that the trace ends at; 0 when it is not one to record. */
static int describe(const struct mt_image *image, const struct mt_trace *trace, const uint8_t *syscall, const uint8_t *any,
		    struct mt_site *site)
{
	int number = number_step(trace);
	mt_zero(site, sizeof *site);
	site->resume = (uint32_t)(syscall + 2 - image->base);
	site->depth = depth_of(trace);

	if (number >= 0) {
		const struct mt_trace_step *mov = &trace->last[number];
		const uint8_t *patched_end = mov->at + mov->insn.length;
		if (!mt_call_name((uint32_t)mov->insn.imm))
			return 0;
		site->shape = MT_SHAPE_NUMBER;
		site->nr = (uint16_t)mov->insn.imm;
		site->patch = (uint32_t)(mov->at - image->base);
		site->moved = (uint8_t)(syscall - patched_end);
		return 1;
	}
	int is_known = trace->value_at[0] && mt_call_name((uint32_t)trace->value[0]);
	if (!is_known && !(any && syscall >= any && syscall < any + ANY_BYTES))
		return 0;
	site->nr = is_known ? (uint16_t)trace->value[0] : MT_NR_ANY;
	site->shape = MT_SHAPE_UNKNOWN;
	site->patch = (uint32_t)(syscall - image->base);
	site->moved = movable_bytes(image, trace, syscall);
	if (site->moved) {
		site->shape = MT_SHAPE_MOVED;
		site->patch -= site->moved;
	} else if (site->nr == MT_NR_exit_group) {
		/* glibc before 2.43 loads the number through another register, and branches to the syscall itself */
		const uint8_t *mov = trace->value_at[0];
		struct mt_insn insn = mt_decode(mov, 15);
		if (insn.length == PATCH_BYTES && insn.what == MT_INSN_MOV_IMM) {
			site->shape = MT_SHAPE_BEFORE;
			site->patch = (uint32_t)(mov - image->base);
			site->moved = PATCH_BYTES;
			site->resume = site->patch + PATCH_BYTES;
		}
	}
	return 1;
}

int mt_sites_scan(const struct mt_image *image, struct mt_site *sites, int room)
{
	const uint8_t *any = mt_image_symbol(image, "syscall");
	const uint8_t *at = image->text, *end = image->text + image->text_bytes - 1;
	struct mt_trace trace;
	int count = 0;

	for (; at < end && count < room; at++) {
		if (at[0] != 0x0f || at[1] != 0x05)
			continue;
		const uint8_t *start = mt_image_function(image, at);
		int is_known = start && at - start < FUNCTION_BYTES && mt_trace_from(&trace, start, at);
		if (is_known || mt_trace_by_vote(&trace, image, at))
			count += describe(image, &trace, at, any, &sites[count]);
	}
	return count;
}

static int is_mov_number(const uint8_t *code, uint16_t nr, int any_register)
{
	uint32_t value = (uint32_t)code[1] | (uint32_t)code[2] << 8 | (uint32_t)code[3] << 16 | (uint32_t)code[4] << 24;
	return (any_register ? (code[0] & 0xf8) == 0xb8 : code[0] == 0xb8) && value == nr;
}

int mt_site_holds(const struct mt_image *image, const struct mt_site *site)
{
	size_t first = (size_t)(image->text - image->base), last = first + image->text_bytes;
	if (site->patch < first || site->resume < site->patch + PATCH_BYTES || site->resume > last ||
	    site->moved > MT_SITE_MOVED_MAX)
		return 0;
	const uint8_t *patch = image->base + site->patch, *resume = image->base + site->resume;
	switch (site->shape) {
	case MT_SHAPE_NUMBER:
		return is_mov_number(patch, site->nr, 0) && resume[-2] == 0x0f && resume[-1] == 0x05 &&
		       site->resume == site->patch + PATCH_BYTES + site->moved + 2u;
	case MT_SHAPE_MOVED:
		for (const uint8_t *at = patch; at < resume - 2;) {
			struct mt_insn insn = mt_decode(at, 15);
			if (!insn.length || !insn.movable)
				return 0;
			at += insn.length;
		}
		return resume[-2] == 0x0f && resume[-1] == 0x05 && site->resume == site->patch + site->moved + 2u;
	case MT_SHAPE_BEFORE:
		return is_mov_number(patch, site->nr, 1) && site->resume == site->patch + PATCH_BYTES;
	default:
		return 0;
	}
}
