/* Finds system call sites in x86-64 code by decoding from the start of the function around each `0f 05`. */
#include "sites.h"

#include "calls.h"
#include "decode-x86_64.h"
#include "sys.h"

#define ANY_BYTES 192  /* libc's syscall() is no longer than this */
#define PATCH_BYTES 5 /* jmp rel32 */
#define FUNCTION_BYTES 65536
#define LOOK_BACK 5   /* instructions before the syscall that are looked at */
#define ENTRY_REACH 512 /* bytes around a site in which branches into it are looked for */

struct step {
	const uint8_t *at;
	struct mt_insn insn;
};

/* What is known on the way from a function's start to a syscall instruction in it. */
struct walk {
	struct step last[LOOK_BACK + 1]; /* last[0] is the newest */
	int32_t value[16];               /* immediate last moved into each register */
	const uint8_t *value_at[16];     /* where that happened; null when not known */
	int32_t depth;
	const uint8_t *start; /* where decoding began */
};

static void walk_step(struct walk *walk, const uint8_t *at, struct mt_insn insn)
{
	for (int i = LOOK_BACK; i > 0; i--)
		walk->last[i] = walk->last[i - 1];
	walk->last[0].at = at;
	walk->last[0].insn = insn;
	if (insn.what == MT_INSN_PUSH)
		walk->depth += 8;
	else if (insn.what == MT_INSN_POP)
		walk->depth -= 8;
	else if (insn.what == MT_INSN_STACK_IMM)
		walk->depth += insn.imm;
	if (insn.to > 15)
		return;
	if (insn.what == MT_INSN_MOV_IMM) {
		walk->value[insn.to] = insn.imm;
		walk->value_at[insn.to] = at;
	} else if (insn.what == MT_INSN_MOV_LOW) {
		walk->value[insn.to] = (int32_t)(((uint32_t)walk->value[insn.to] & ~0xffu) | (uint32_t)insn.imm);
	} else if (insn.what == MT_INSN_MOV_REG && insn.from < 16) {
		walk->value[insn.to] = walk->value[insn.from];
		walk->value_at[insn.to] = walk->value_at[insn.from];
	} else {
		walk->value_at[insn.to] = 0;
	}
}

/* Decodes from start; 1 when an instruction begins exactly at `syscall`. */
static int walk_to(struct walk *walk, const uint8_t *start, const uint8_t *syscall)
{
	mt_zero(walk, sizeof *walk);
	walk->start = start;
	const uint8_t *at = start;
	while (at < syscall) {
		struct mt_insn insn = mt_decode(at, (size_t)(syscall + 2 - at));
		if (!insn.length)
			return 0;
		walk_step(walk, at, insn);
		at += insn.length;
	}
	return at == syscall;
}

/*
 * Where no function start is known (musl has no unwind table), decoding is begun
 * at each byte of a stretch before the syscall: x86 code falls into step within
 * a few instructions, so nearly all beginnings agree on a true boundary.
 */
static int walk_by_vote(struct walk *walk, const struct mt_image *image, const uint8_t *syscall)
{
	int tried = 0, agreed = 0;
	const uint8_t *good = 0;
	for (int back = 64; back >= 24; back--) {
		const uint8_t *start = syscall - back;
		if (start < image->text)
			continue;
		tried++;
		if (walk_to(walk, start, syscall)) {
			agreed++;
			if (!good)
				good = start;
		}
	}
	if (!good || agreed * 4 < tried * 3)
		return 0;
	walk_to(walk, good, syscall);
	walk->depth = -1;
	for (int i = 0; i < 16; i++) /* what was loaded before is not known to be on the way */
		if (walk->value_at[i] && walk->value_at[i] < syscall - 24)
			walk->value_at[i] = 0;
	return 1;
}

/* The `mov $nr,%eax` before the syscall with only movable instructions between them; its index in last[], or -1. */
static int number_step(const struct walk *walk)
{
	unsigned moved = 0;
	for (int i = 0; i <= LOOK_BACK; i++) {
		const struct step *step = &walk->last[i];
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

/* Whether a branch near the site leads between `from` and `to`, both exclusive of their own starts. */
static int is_entered(const struct mt_image *image, const uint8_t *start, const uint8_t *from, const uint8_t *to)
{
	const uint8_t *end = image->text + image->text_bytes;
	if (end - to > ENTRY_REACH)
		end = to + ENTRY_REACH;
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
static uint8_t movable_bytes(const struct mt_image *image, const struct walk *walk, const uint8_t *syscall)
{
	unsigned bytes = 0;
	for (int i = 0; i <= LOOK_BACK && walk->last[i].at && walk->last[i].insn.movable; i++) {
		bytes += walk->last[i].insn.length;
		if (bytes > MT_SITE_MOVED_MAX)
			return 0;
		if (bytes >= PATCH_BYTES)
			return is_entered(image, walk->start, walk->last[i].at, syscall + 1) ? 0 : (uint8_t)bytes;
	}
	return 0;
}

static uint16_t depth_of(const struct walk *walk)
{
	return walk->depth >= 0 && walk->depth < 4096 ? (uint16_t)walk->depth : MT_DEPTH_UNKNOWN;
}

/* Describes the syscall that the walk has reached; 0 when it is none of ours. */
static int describe(const struct mt_image *image, const struct walk *walk, const uint8_t *syscall, const uint8_t *any,
		    struct mt_site *site)
{
	int number = number_step(walk);
	mt_zero(site, sizeof *site);
	site->resume = (uint32_t)(syscall + 2 - image->base);
	site->depth = depth_of(walk);

	if (number >= 0) {
		const struct step *mov = &walk->last[number];
		const uint8_t *patched_end = mov->at + mov->insn.length;
		if (!mt_call_name((uint32_t)mov->insn.imm))
			return 0;
		site->shape = MT_SHAPE_NUMBER;
		site->nr = (uint16_t)mov->insn.imm;
		site->patch = (uint32_t)(mov->at - image->base);
		site->moved = (uint8_t)(syscall - patched_end);
		return 1;
	}
	int is_known = walk->value_at[0] && mt_call_name((uint32_t)walk->value[0]);
	if (!is_known && !(any && syscall >= any && syscall < any + ANY_BYTES))
		return 0;
	site->nr = is_known ? (uint16_t)walk->value[0] : MT_NR_ANY;
	site->shape = MT_SHAPE_UNKNOWN;
	site->patch = (uint32_t)(syscall - image->base);
	site->moved = movable_bytes(image, walk, syscall);
	if (site->moved) {
		site->shape = MT_SHAPE_MOVED;
		site->patch -= site->moved;
	} else if (site->nr == MT_NR_exit_group) {
		/* glibc before 2.43 brings the number by way of another register, and branches to the last instruction */
		const uint8_t *mov = walk->value_at[0];
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
	struct walk walk;
	int count = 0;

	for (; at < end && count < room; at++) {
		if (at[0] != 0x0f || at[1] != 0x05)
			continue;
		const uint8_t *start = mt_image_function(image, at);
		int is_known = start && at - start < FUNCTION_BYTES && walk_to(&walk, start, at);
		if (is_known || walk_by_vote(&walk, image, at))
			count += describe(image, &walk, at, any, &sites[count]);
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
