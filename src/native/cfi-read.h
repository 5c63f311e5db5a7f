/* Reading .eh_frame with bounds: what the parts of cfi.c share. */
#ifndef MAPTRAIL_CFI_READ_H
#define MAPTRAIL_CFI_READ_H

#include "cfi.h"
#include "sys.h"

#define PAGE 4096ull
#define NO_PAGE 1ull /* no page begins there */
#define RBX 3
#define RDI 5
#define RBP 6
#define RSP 7
#define RETURN 16

/* Bytes that are read one by one; `bad` once something lay outside the bounds, or makes no sense. */
struct cursor {
	const struct mt_table *table;
	uint64_t at, end;
	uint64_t page; /* known to be readable */
	int bad;
};

/* What a CIE and an FDE say of a piece of code. */
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

/* Where a register of the caller is. */
enum how { SAME, SAVED, UNDEFINED, IN_REGISTER, AT_RBP, OTHER };

struct column {
	uint8_t how;
	int32_t at; /* SAVED: from the CFA; AT_RBP: from rbp; IN_REGISTER: which */
};

/* One row of the table that an entry describes. */
struct row {
	struct column ret, rbp, rbx;
	uint8_t base; /* register of the CFA, or NO_BASE: an expression */
	int32_t offset;
	uint32_t expression_bytes;
	uint64_t expression;
};
#define NO_BASE 255

/* cfi-entry.c: the entry nearest before pc; 0 when there is none, or with *is_bad. */
uint64_t mt_cfi_search(const struct mt_table *table, uint64_t pc, int *is_bad);
int mt_cfi_read_entry(const struct mt_table *table, uint64_t at, struct entry *entry);

/* cfi-row.c: the row that holds at pc; 0 when the instructions cannot be followed. */
int mt_cfi_run(const struct mt_table *table, const struct entry *entry, uint64_t pc, struct row *row);

static inline struct cursor cursor_at(const struct mt_table *table, uint64_t at, uint64_t end)
{
	struct cursor cursor = { table, at, end, NO_PAGE, 0 };
	if (at < table->low || end > table->high || at > end)
		cursor.bad = 1;
	return cursor;
}

static inline uint8_t u8(struct cursor *cursor)
{
	if (cursor->bad || cursor->at >= cursor->end) {
		cursor->bad = 1;
		return 0;
	}
	uint64_t page = cursor->at & ~(PAGE - 1);
	if (page != cursor->page) {
		if (!mt_is_table_page(cursor->at)) {
			cursor->bad = 1;
			return 0;
		}
		cursor->page = page;
	}
	return *(const uint8_t *)cursor->at++;
}

static inline uint64_t number(struct cursor *cursor, unsigned bytes)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)u8(cursor) << (8 * i);
	return value;
}

static inline int64_t signed_number(struct cursor *cursor, unsigned bytes)
{
	uint64_t value = number(cursor, bytes), sign = 1ull << (8 * bytes - 1);
	return (int64_t)((value ^ sign) - sign);
}

static inline uint64_t leb(struct cursor *cursor, int is_signed)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;
	do {
		byte = u8(cursor);
		if (shift < 64)
			value |= (uint64_t)(byte & 127) << shift;
		shift += 7;
	} while ((byte & 128) && !cursor->bad);
	if (is_signed && (byte & 64) && shift < 64)
		value |= ~0ull << shift;
	return value;
}

static inline uint64_t uleb(struct cursor *cursor)
{
	return leb(cursor, 0);
}

static inline int64_t sleb(struct cursor *cursor)
{
	return (int64_t)leb(cursor, 1);
}

/* A pointer in DW_EH_PE_ encoding; those that the x86-64 tools write. `relative`: whether to add what it is relative to. */
static inline uint64_t pointer(struct cursor *cursor, uint8_t encoding, int relative)
{
	uint64_t here = cursor->at, value;
	switch (encoding & 15) {
	case 0:
		value = number(cursor, 8);
		break;
	case 1:
		value = uleb(cursor);
		break;
	case 2:
		value = number(cursor, 2);
		break;
	case 3:
		value = number(cursor, 4);
		break;
	case 4:
	case 12:
		value = number(cursor, 8);
		break;
	case 9:
		value = (uint64_t)sleb(cursor);
		break;
	case 10:
		value = (uint64_t)signed_number(cursor, 2);
		break;
	case 11:
		value = (uint64_t)signed_number(cursor, 4);
		break;
	default:
		cursor->bad = 1;
		return 0;
	}
	if (!relative || !(encoding & 0x70))
		return value;
	if ((encoding & 0x70) == 0x10)
		return here + value;
	cursor->bad = 1;
	return 0;
}

#endif
