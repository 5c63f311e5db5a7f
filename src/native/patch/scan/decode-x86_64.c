/* An instruction length decoder for 64-bit mode. A test compares its lengths with objdump's. */
#include "patch/scan/decode-x86_64.h"
#include "patch/scan/opcodes-x86_64.h"

#define RSP 4
#define NO_REGISTER 255

struct state {
	const uint8_t *at, *end;
	uint8_t rex, operand16, address32;
	int bad;
	const uint8_t *relative; /* its rip-relative displacement, or null */
};

static uint8_t next(struct state *s)
{
	if (s->at >= s->end) {
		s->bad = 1;
		return 0;
	}
	return *s->at++;
}

static void skip(struct state *s, unsigned bytes)
{
	if ((size_t)(s->end - s->at) < bytes)
		s->bad = 1;
	else
		s->at += bytes;
}

struct modrm {
	uint8_t mod, reg, rm;
};

static struct modrm take_modrm(struct state *s)
{
	uint8_t byte = next(s);
	struct modrm m = { byte >> 6, (byte >> 3) & 7, byte & 7 };
	if (m.mod == 3)
		return m;
	if (m.rm == 4) {
		uint8_t sib = next(s);
		if (m.mod == 0 && (sib & 7) == 5)
			skip(s, 4);
	} else if (m.mod == 0 && m.rm == 5) {
		s->relative = s->at;
		skip(s, 4);
	}
	if (m.mod == 1)
		skip(s, 1);
	else if (m.mod == 2)
		skip(s, 4);
	return m;
}

static void take_immediate(struct state *s, enum mt_immediate imm)
{
	switch (imm) {
	case MT_IMM_8:
		skip(s, 1);
		break;
	case MT_IMM_16:
		skip(s, 2);
		break;
	case MT_IMM_24:
		skip(s, 3);
		break;
	case MT_IMM_32:
		skip(s, s->operand16 && !(s->rex & 8) ? 2 : 4);
		break;
	case MT_IMM_FULL:
		skip(s, s->rex & 8 ? 8 : s->operand16 ? 2 : 4);
		break;
	case MT_IMM_BRANCH:
		skip(s, 4);
		break;
	case MT_IMM_ADDRESS:
		skip(s, s->address32 ? 4 : 8);
		break;
	default:
		break;
	}
}

/* VEX (c4, c5) and EVEX (62): `map` chooses the table; all have a ModRM byte but vzeroupper. */
static void take_vector(struct state *s, uint8_t lead)
{
	uint8_t map = 1;
	if (lead == 0xc5) {
		skip(s, 1);
	} else if (lead == 0xc4) {
		map = next(s) & 0x1f;
		skip(s, 1);
	} else {
		map = next(s) & 7;
		skip(s, 2);
	}
	uint8_t op = next(s);
	if (map == 1 && op == 0x77 && lead != 0x62)
		return;
	take_modrm(s);
	if (map == 3 || (map == 1 && mt_immediate_of_0f(op) == MT_IMM_8))
		skip(s, 1);
}

static int32_t read32(const uint8_t *p)
{
	return (int32_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

/* What an instruction with a one-byte opcode does; its operands are decoded by now. */
static void explain(struct mt_insn *insn, const struct state *s, uint8_t op, struct modrm m)
{
	uint8_t reg = (uint8_t)(m.reg | (s->rex & 4) << 1);
	uint8_t rm = (uint8_t)(m.rm | (s->rex & 1) << 3);
	uint8_t low = (uint8_t)((op & 7) | (s->rex & 1) << 3);

	insn->narrow = !(s->rex & 8) && !s->operand16;
	if (s->bad)
		return;
	if (op >= 0x50 && op <= 0x57) {
		insn->what = MT_INSN_PUSH;
	} else if (op >= 0x58 && op <= 0x5f) {
		insn->what = MT_INSN_POP;
		insn->to = low;
	} else if (op >= 0xb8 && op <= 0xbf && insn->narrow) {
		insn->what = MT_INSN_MOV_IMM;
		insn->to = low;
		insn->imm = read32(s->at - 4);
	} else if (op >= 0xb0 && op <= 0xb3 && !s->rex) {
		insn->what = MT_INSN_MOV_LOW;
		insn->to = low;
		insn->imm = s->at[-1];
	} else if ((op == 0x31 || op == 0x33) && m.mod == 3 && reg == rm) {
		insn->what = MT_INSN_MOV_IMM; /* xor of a register with itself */
		insn->to = rm;
		insn->imm = 0;
	} else if (op == 0xc7 && m.mod == 3 && m.reg == 0 && !s->operand16) {
		insn->what = MT_INSN_MOV_IMM;
		insn->to = rm;
		insn->imm = read32(s->at - 4);
	} else if (op == 0x89) {
		insn->to = m.mod == 3 ? rm : NO_REGISTER;
		insn->from = reg;
		insn->what = m.mod == 3 ? MT_INSN_MOV_REG : MT_INSN_OTHER;
	} else if (op == 0x8b) {
		insn->to = reg;
		insn->from = rm;
		insn->what = m.mod == 3 ? MT_INSN_MOV_REG : MT_INSN_OTHER;
	} else if ((op == 0x81 || op == 0x83) && m.mod == 3) {
		insn->to = m.reg == 7 ? NO_REGISTER : rm;
		if (rm == RSP && (m.reg == 0 || m.reg == 5)) {
			int32_t imm = op == 0x83 ? (int8_t)s->at[-1] : read32(s->at - 4);
			insn->what = MT_INSN_STACK_IMM;
			insn->imm = m.reg == 5 ? imm : -imm;
		}
	} else if (op == 0x8d || op == 0x63 || op == 0x03 || op == 0x0b || op == 0x23 || op == 0x2b || op == 0x33) {
		insn->to = reg;
	} else if (op == 0x01 || op == 0x09 || op == 0x21 || op == 0x29 || op == 0x31) {
		insn->to = m.mod == 3 ? rm : NO_REGISTER;
	} else if ((op >= 0x70 && op <= 0x7f) || op == 0xe8 || op == 0xe9 || op == 0xeb || op == 0xc3 ||
		   op == 0xc2 || op == 0xcc || op == 0xf4 || (op >= 0xe0 && op <= 0xe3) ||
		   (op == 0xff && m.reg >= 2 && m.reg <= 5)) {
		insn->what = MT_INSN_BRANCH;
		if (op == 0xe8 || op == 0xe9)
			insn->imm = read32(s->at - 4);
		else if (op == 0xeb || (op >= 0x70 && op <= 0x7f) || (op >= 0xe0 && op <= 0xe3))
			insn->imm = (int8_t)s->at[-1];
	}
}

/* Register and memory forms of mov, lea, movslq, add, or, and, sub, xor: what compilers place before a syscall. */
static int is_movable(const struct mt_insn *insn, uint8_t op)
{
	int plain;
	switch (op) {
	case 0x01: case 0x03: case 0x09: case 0x0b: case 0x21: case 0x23: case 0x29: case 0x2b:
	case 0x31: case 0x33: case 0x63: case 0x81: case 0x83: case 0x89: case 0x8b: case 0x8d: case 0xc7:
		plain = 1;
		break;
	default:
		plain = (op >= 0xb8 && op <= 0xbf) || (op >= 0xb0 && op <= 0xb3);
	}
	return plain && insn->what != MT_INSN_STACK_IMM && insn->to != RSP;
}

struct mt_insn mt_decode(const uint8_t *code, size_t room)
{
	struct mt_insn insn = { 0, MT_INSN_OTHER, NO_REGISTER, NO_REGISTER, 0, 0, 0, 0 };
	struct state s = { code, code + (room < 15 ? room : 15), 0, 0, 0, 0, 0 };
	struct modrm m = { 0, 0, 0 };
	uint8_t op;

	for (;;) {
		op = next(&s);
		if (op == 0x66)
			s.operand16 = 1;
		else if (op == 0x67)
			s.address32 = 1;
		else if (op != 0xf0 && op != 0xf2 && op != 0xf3 && op != 0x2e && op != 0x36 && op != 0x3e &&
			 op != 0x26 && op != 0x64 && op != 0x65)
			break;
		if (s.bad)
			return insn;
	}
	if ((op & 0xf0) == 0x40) {
		s.rex = op;
		op = next(&s);
	}

	if (op == 0xc4 || op == 0xc5 || op == 0x62) {
		take_vector(&s, op);
	} else if (op == 0x0f) {
		op = next(&s);
		if (op == 0x38 || op == 0x3a) {
			int three = op == 0x3a;
			next(&s);
			take_modrm(&s);
			skip(&s, three ? 1 : 0);
		} else {
			if (mt_has_modrm_0f(op))
				take_modrm(&s);
			take_immediate(&s, mt_immediate_of_0f(op));
			if (op == 0x05)
				insn.what = MT_INSN_SYSCALL;
			else if (op == 0x0b)
				insn.what = MT_INSN_BRANCH;
			else if (op >= 0x80 && op <= 0x8f) {
				insn.what = MT_INSN_BRANCH;
				insn.imm = s.bad ? 0 : read32(s.at - 4);
			}
		}
	} else {
		if (mt_has_modrm(op))
			m = take_modrm(&s);
		/* test is the one group whose immediate depends on the ModRM byte */
		if ((op == 0xf6 || op == 0xf7) && m.reg < 2)
			take_immediate(&s, op == 0xf6 ? MT_IMM_8 : MT_IMM_32);
		else
			take_immediate(&s, mt_immediate_of(op));
		if (!s.bad) {
			explain(&insn, &s, op, m);
			insn.movable = (uint8_t)is_movable(&insn, op);
		}
	}
	insn.relative = s.relative ? (uint8_t)(s.relative - code) : 0;
	insn.length = s.bad ? 0 : (uint8_t)(s.at - code);
	return insn;
}
