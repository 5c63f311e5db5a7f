/* Makes the stub for one site out of the empty one in stubs-x86_64.S. */
#include "patch/make-stub.h"

#include "bytes.h"
#include "patch/scan/decode-x86_64.h"
#include "patch/stubs.h"

static int put_distance(uint8_t *field, const uint8_t *next, const uint8_t *target)
{
	int64_t distance = target - next;
	mt_copy(field, &distance, 4);
	return distance == (int32_t)distance;
}

static int put_jump(uint8_t *code, const uint8_t *code_at, const uint8_t *target)
{
	code[0] = 0xe9;
	return put_distance(code + 1, code_at + MT_JUMP_BYTES, target);
}

/* Copies instructions into the stub and adjusts their rip-relative displacements; 0 when one no longer fits 32 bits. */
static int move_code(uint8_t *code, const uint8_t *stub, const uint8_t *from, unsigned bytes)
{
	int64_t shift = from - stub;
	mt_copy(code, from, bytes);
	for (unsigned at = 0; at < bytes;) {
		struct mt_insn insn = mt_decode(code + at, bytes - at);
		int32_t old;
		if (!insn.length)
			return 0;
		if (insn.relative) {
			mt_copy(&old, code + at + insn.relative, 4);
			int64_t moved = old + shift;
			if (moved != (int32_t)moved)
				return 0;
			mt_copy(code + at + insn.relative, &moved, 4);
		}
		at += insn.length;
	}
	return 1;
}

int mt_make_stub(const struct mt_image *image, const struct mt_site *site, const uint8_t *stub, uint8_t *code, uint8_t *jump)
{
	static const uint8_t nop[5] = { 0x0f, 0x1f, 0x44, 0, 0 };
	const uint8_t *patch = image->base + site->patch, *resume = image->base + site->resume;
	int has_number = site->shape == MT_SHAPE_NUMBER;

	if (site->moved) {
		for (unsigned i = site->moved; i < MT_STUB_MOVED_MAX; i++)
			code[MT_STUB_MOVED + i] = 0x90;
		if (!move_code(code + MT_STUB_MOVED, stub + MT_STUB_MOVED, has_number ? patch + 5 : patch, site->moved))
			return 0;
	}
	mt_copy(code + MT_STUB_NUMBER, has_number ? patch : nop, 5);
	return put_jump(code + MT_STUB_BACK, stub + MT_STUB_BACK, resume) && put_jump(jump, patch, stub);
}
