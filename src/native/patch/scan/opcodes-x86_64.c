/* The opcode maps of the Intel SDM, volume 2, appendix A, tables. */
#include "patch/scan/opcodes-x86_64.h"

int mt_has_modrm(uint8_t op)
{
	if (op < 0x40)
		return (op & 7) < 4;
	return op == 0x63 || op == 0x69 || op == 0x6b || (op >= 0x80 && op <= 0x8f) || op == 0xc0 ||
	       op == 0xc1 || op == 0xc6 || op == 0xc7 || (op >= 0xd0 && op <= 0xd3) ||
	       (op >= 0xd8 && op <= 0xdf) || op == 0xf6 || op == 0xf7 || op == 0xfe || op == 0xff;
}

enum mt_immediate mt_immediate_of(uint8_t op)
{
	if (op < 0x40)
		return (op & 7) == 4 ? MT_IMM_8 : (op & 7) == 5 ? MT_IMM_32 : MT_IMM_NONE;
	if (op >= 0x70 && op <= 0x7f)
		return MT_IMM_8;
	if (op >= 0xb0 && op <= 0xb7)
		return MT_IMM_8;
	if (op >= 0xb8 && op <= 0xbf)
		return MT_IMM_FULL;
	if (op >= 0xe0 && op <= 0xe7)
		return MT_IMM_8;
	switch (op) {
	case 0x6a: case 0x6b: case 0x80: case 0x82: case 0x83: case 0xa8:
	case 0xc0: case 0xc1: case 0xc6: case 0xcd: case 0xd4: case 0xd5: case 0xeb:
		return MT_IMM_8;
	case 0x68: case 0x69: case 0x81: case 0xa9: case 0xc7:
		return MT_IMM_32;
	case 0xe8: case 0xe9:
		return MT_IMM_BRANCH;
	case 0xc2: case 0xca:
		return MT_IMM_16;
	case 0xc8:
		return MT_IMM_24;
	case 0xa0: case 0xa1: case 0xa2: case 0xa3:
		return MT_IMM_ADDRESS;
	default:
		return MT_IMM_NONE;
	}
}

/* The exceptions: all other opcodes have a ModRM byte. */
int mt_has_modrm_0f(uint8_t op)
{
	if (op >= 0x80 && op <= 0x8f)
		return 0;
	if (op >= 0xc8 && op <= 0xcf)
		return 0;
	if (op >= 0x30 && op <= 0x37)
		return 0;
	switch (op) {
	case 0x05: case 0x06: case 0x07: case 0x08: case 0x09: case 0x0b: case 0x0e: case 0x77:
	case 0xa0: case 0xa1: case 0xa2: case 0xa8: case 0xa9: case 0xaa:
		return 0;
	default:
		return 1;
	}
}

enum mt_immediate mt_immediate_of_0f(uint8_t op)
{
	if (op >= 0x80 && op <= 0x8f)
		return MT_IMM_BRANCH;
	switch (op) {
	case 0x70: case 0x71: case 0x72: case 0x73: case 0xa4: case 0xac: case 0xba:
	case 0xc2: case 0xc4: case 0xc5: case 0xc6: case 0x0f:
		return MT_IMM_8;
	default:
		return MT_IMM_NONE;
	}
}
