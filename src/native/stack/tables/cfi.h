/* The rule for stepping to the caller at a code address, from the unwind tables (.eh_frame) in memory. */
#ifndef MAPTRAIL_CFI_H
#define MAPTRAIL_CFI_H

#include <stdint.h>

#include "stack/space/state.h"

/* How to step to the caller. CFA: the caller's stack pointer after the return. */
enum mt_step {
	MT_STEP_UNKNOWN = 0, /* not looked up */
	MT_STEP_GAP = 1,     /* the table does not cover this address */
	MT_STEP_NO_TABLE = 2,
	MT_STEP_BAD = 3,     /* the table could not be followed */
	MT_STEP_START = 4,   /* the return address is undefined: an outermost frame */
	MT_STEP_SIGNAL = 5,  /* a signal handler's return address: all registers are in the ucontext at the stack pointer */
	MT_STEP_RSP = 6,     /* CFA = rsp + cfa */
	MT_STEP_RBP = 7,     /* CFA = rbp + cfa */
	MT_STEP_RBX = 8,     /* CFA = rbx + cfa */
	MT_STEP_DEREF = 9,   /* CFA = *(rbp + cfa): a frame that realigned its stack; registers are saved below rbp, and rbp at it */
	MT_STEP_RDI = 10,    /* CFA = rsp + cfa, and the return address is in rdi (vfork) */
	MT_STEP_HOOK = 11    /* the hook's entry, under a signal handler that interrupted the hook: rbp points into struct mt_frame */
};

struct mt_rule {
	uint8_t step; /* enum mt_step */
	int32_t cfa;  /* bytes, a multiple of 8, within 4 MiB */
	uint16_t rbp; /* words below the CFA where the caller's register is saved; 0: it is unchanged */
	uint16_t rbx;
};

#define MT_RULE_CFA_LIMIT (1 << 22)
#define MT_RULE_WORDS 1024

/* The rule at `pc`: an address inside the instruction that is being executed, or inside the call. */
struct mt_rule mt_cfi_find(const struct mt_table *table, uint64_t pc);

#endif
