/* A bounds-checked cursor over .eh_frame and the encodings of its numbers. */
#ifndef MAPTRAIL_CFI_READ_H
#define MAPTRAIL_CFI_READ_H

#include <stdint.h>

#include "stack/space/readable.h"
#include "stack/space/state.h"

#define PAGE 4096ull
#define NO_PAGE 1ull /* not page-aligned, so equal to no page */

/* DWARF numbers of registers; System V ABI, AMD64 supplement, figure 3.36 */
#define RBX 3
#define RDI 5
#define RBP 6
#define RSP 7
#define RETURN 16 /* the return address */

/* `bad` stays set once a read fell outside the bounds or an encoding is not understood; reads then give 0. */
struct cursor {
	const struct mt_table *table;
	uint64_t at, end;
	uint64_t page; /* known to be readable */
	int bad;
};

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

/* A pointer in one of the DW_EH_PE_ encodings that x86-64 tools write. `relative`: whether to add the base it is relative to. */
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
