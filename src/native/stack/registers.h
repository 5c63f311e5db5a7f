/*
 * Where a stack walk begins: the thread's registers at a call, and what is known of the function that made it.
 * It lies on the same stack, so the page that it is in can be read.
 */
#ifndef MAPTRAIL_REGISTERS_H
#define MAPTRAIL_REGISTERS_H

#include <stdint.h>

struct mt_registers {
	uint64_t pc; /* of the instruction after the system call */
	uint64_t sp, rbp, rbx, rdi;
	uint32_t depth; /* bytes from sp to the return address, by the code; MT_DEPTH_UNKNOWN */
};

#endif
