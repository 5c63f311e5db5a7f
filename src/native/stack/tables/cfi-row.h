/* One row of the table that an FDE's instructions describe: where the caller's registers are at one code address. */
#ifndef MAPTRAIL_CFI_ROW_H
#define MAPTRAIL_CFI_ROW_H

#include "stack/tables/cfi-entry.h"

/* How a register of the caller is found. */
enum how { SAME, SAVED, UNDEFINED, IN_REGISTER, AT_RBP, OTHER };

struct column {
	uint8_t how;
	int32_t at; /* SAVED: from the CFA; AT_RBP: from rbp; IN_REGISTER: which */
};

struct row {
	struct column ret, rbp, rbx;
	uint8_t base; /* register of the CFA, or NO_BASE: an expression */
	int32_t offset;
	uint32_t expression_bytes;
	uint64_t expression;
};
#define NO_BASE 255


/* Runs the entry's instructions up to pc; 0 when they cannot be followed. */
int mt_cfi_run(const struct mt_table *table, const struct entry *entry, uint64_t pc, struct row *row);

#endif
