/* Unwind tables (.eh_frame) as they lie in memory: from a code address to the rule that leads to its caller's frame. */
#ifndef MAPTRAIL_CFI_H
#define MAPTRAIL_CFI_H

#include <stdint.h>

/* Where a module's table lies. Nothing outside [low, high) is read. */
struct mt_table {
	uint64_t header; /* .eh_frame_hdr; 0: the module has none */
	uint64_t low, high;
};

/* How to get from a frame to its caller's. CFA is the caller's stack pointer behind the return. */
enum mt_way_out {
	MT_OUT_UNKNOWN = 0, /* not looked up */
	MT_OUT_GAP = 1,     /* the table does not cover this address */
	MT_OUT_NO_TABLE = 2,
	MT_OUT_BAD = 3,     /* the table could not be followed */
	MT_OUT_START = 4,   /* the return address is undefined: a first frame */
	MT_OUT_SIGNAL = 5,  /* a signal handler's restorer: all registers lie in the ucontext at the stack pointer */
	MT_OUT_RSP = 6,     /* CFA = rsp + cfa */
	MT_OUT_RBP = 7,     /* CFA = rbp + cfa */
	MT_OUT_RBX = 8,     /* CFA = rbx + cfa */
	MT_OUT_DEREF = 9,   /* CFA = *(rbp + cfa): a frame that aligned its stack; registers are saved below rbp, and rbp at it */
	MT_OUT_RDI = 10,    /* CFA = rsp + cfa, and the return address stands in rdi (vfork) */
	MT_OUT_HOOK = 11    /* the hook's own entry, which a signal interrupted behind: the frame lies above rbp */
};

struct mt_rule {
	uint8_t way;  /* enum mt_way_out */
	int32_t cfa;  /* bytes, a multiple of 8, within 4 MiB */
	uint16_t rbp; /* words below the CFA where the caller's register is saved; 0: it is unchanged */
	uint16_t rbx;
};

#define MT_RULE_CFA_LIMIT (1 << 22)
#define MT_RULE_WORDS 1024

/* The rule at `pc`: an address inside the instruction that is being executed, or inside the call. */
struct mt_rule mt_cfi_find(const struct mt_table *table, uint64_t pc);

/* Whether the page of a table at that address can be read; reach.c has it, a test another one. */
int mt_is_table_page(uint64_t at);

#endif
