/* One FDE of .eh_frame, with what its CIE says. */
#ifndef MAPTRAIL_CFI_ENTRY_H
#define MAPTRAIL_CFI_ENTRY_H

#include <stdint.h>

#include "stack/space/state.h"

struct entry {
	uint64_t begin, bytes; /* of the code */
	uint64_t first, first_end; /* instructions of the CIE */
	uint64_t then, then_end;   /* instructions of the FDE */
	uint64_t code_unit;
	int64_t data_unit;
	uint8_t encoding;
	uint8_t is_signal;
	uint8_t has_data;
};

/* The address of the FDE whose code begins nearest before pc, by .eh_frame_hdr; 0: none, or *is_bad. */
uint64_t mt_cfi_search(const struct mt_table *table, uint64_t pc, int *is_bad);

/* Reads the FDE at `at` and its CIE; 0 when they make no sense. */
int mt_cfi_read_entry(const struct mt_table *table, uint64_t at, struct entry *entry);

#endif
