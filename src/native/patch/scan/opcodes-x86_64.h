/* What follows each x86-64 opcode: whether a ModRM byte, and an immediate of what size. */
#ifndef MAPTRAIL_OPCODES_H
#define MAPTRAIL_OPCODES_H

#include <stdint.h>

enum mt_immediate {
	MT_IMM_NONE,
	MT_IMM_8,
	MT_IMM_16,
	MT_IMM_24,
	MT_IMM_32,      /* 16 bits after a 66 prefix */
	MT_IMM_FULL,    /* as wide as the operand */
	MT_IMM_BRANCH,  /* a 32-bit distance, whatever the prefixes */
	MT_IMM_ADDRESS  /* as wide as an address */
};

/* Of the one-byte opcodes. */
int mt_has_modrm(uint8_t op);
enum mt_immediate mt_immediate_of(uint8_t op);

/* Of the opcodes after 0f. */
int mt_has_modrm_0f(uint8_t op);
enum mt_immediate mt_immediate_of_0f(uint8_t op);

#endif
