/* The length of an x86-64 instruction, and what it does as far as finding system call sites needs. */
#ifndef MAPTRAIL_DECODE_H
#define MAPTRAIL_DECODE_H

#include <stddef.h>
#include <stdint.h>

enum mt_insn_what {
	MT_INSN_OTHER,
	MT_INSN_SYSCALL,
	MT_INSN_MOV_IMM,  /* a 32-bit immediate into a register: the upper half is zero or the sign */
	MT_INSN_MOV_LOW,  /* an 8-bit immediate into the low byte of a register */
	MT_INSN_MOV_REG,  /* a 32- or 64-bit register into another */
	MT_INSN_PUSH,
	MT_INSN_POP,
	MT_INSN_STACK_IMM, /* add or sub of an immediate to rsp; imm is the growth of the frame */
	MT_INSN_BRANCH     /* jumps, calls, returns and all else after which the next instruction may not run */
};

struct mt_insn {
	uint8_t length; /* 0: not an instruction that the decoder knows */
	uint8_t what;   /* enum mt_insn_what */
	uint8_t to;     /* register number written, 0 to 15; 255: none or not known */
	uint8_t from;
	uint8_t movable;  /* does the same at another address once `relative` is adjusted, and leaves rsp unchanged */
	uint8_t narrow;   /* operates on 32 bits */
	uint8_t relative; /* offset of its 32-bit displacement from the next instruction; 0: it has none */
	int32_t imm;      /* of a MT_INSN_BRANCH with a relative target: the distance from its end; else 0 */
};

struct mt_insn mt_decode(const uint8_t *code, size_t room);

#endif
