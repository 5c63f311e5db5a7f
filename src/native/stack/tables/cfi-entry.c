/* Binary search in .eh_frame_hdr's sorted table, and the reading of an FDE and its CIE (LSB core, "Exception frames"). */
#include "stack/tables/cfi-entry.h"

#include "stack/tables/cfi-read.h"

#define TABLE_ENCODING 0x3b /* sdata4, relative to the header */
#define LONGEST_ENTRY 0x100000u

/* Reads the entry's length and ends the cursor there. */
static void bound(struct cursor *cursor)
{
	uint64_t length = number(cursor, 4);
	if (!length || length > LONGEST_ENTRY || length > cursor->end - cursor->at)
		cursor->bad = 1;
	else
		cursor->end = cursor->at + length;
}

uint64_t mt_cfi_search(const struct mt_table *table, uint64_t pc, int *is_bad)
{
	struct cursor cursor = cursor_at(table, table->header, table->high);
	uint64_t head = number(&cursor, 4);
	uint8_t frame_encoding = (uint8_t)(head >> 8);
	if ((head & 0xff) != 1 || (head >> 16 & 0xff) != 3 || head >> 24 != TABLE_ENCODING)
		cursor.bad = 1;
	pointer(&cursor, frame_encoding, 0);
	uint64_t count = number(&cursor, 4), first = cursor.at;
	if (cursor.bad || count > (table->high - first) / 8) {
		*is_bad = 1;
		return 0;
	}
	int64_t wanted = (int64_t)(pc - table->header);
	uint64_t low = 0, high = count;
	while (low < high) {
		uint64_t middle = (low + high) / 2;
		cursor.at = first + middle * 8;
		if (signed_number(&cursor, 4) <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return 0;
	cursor.at = first + (low - 1) * 8 + 4;
	uint64_t found = table->header + (uint64_t)signed_number(&cursor, 4);
	*is_bad = cursor.bad;
	return cursor.bad ? 0 : found;
}

static void read_augmentation(struct cursor *cursor, struct entry *entry, const char *letters)
{
	for (; *letters; letters++)
		switch (*letters) {
		case 'R':
			entry->encoding = u8(cursor);
			break;
		case 'P': {
			uint8_t encoding = u8(cursor);
			pointer(cursor, encoding & 0x7f, 0);
			break;
		}
		case 'L':
			u8(cursor);
			break;
		case 'S':
			entry->is_signal = 1;
			break;
		default: /* the augmentation length skips the rest */
			return;
		}
}

static int read_cie(const struct mt_table *table, uint64_t at, struct entry *entry)
{
	struct cursor cursor = cursor_at(table, at, table->high);
	char letters[8];
	unsigned used = 0;
	bound(&cursor);
	if (number(&cursor, 4))
		return 0;
	uint8_t version = u8(&cursor);
	for (char letter; (letter = (char)u8(&cursor)) && !cursor.bad;) {
		if (used == sizeof letters - 1)
			return 0;
		letters[used++] = letter;
	}
	letters[used] = 0;
	entry->code_unit = uleb(&cursor);
	entry->data_unit = sleb(&cursor);
	uint64_t column = version == 1 ? u8(&cursor) : uleb(&cursor);
	if ((version != 1 && version != 3) || column != RETURN || (used && letters[0] != 'z'))
		return 0;
	entry->has_data = used != 0;
	entry->first = cursor.at;
	if (used) {
		uint64_t bytes = uleb(&cursor);
		if (cursor.bad || bytes > cursor.end - cursor.at)
			return 0;
		entry->first = cursor.at + bytes;
		read_augmentation(&cursor, entry, letters + 1);
	}
	entry->first_end = cursor.end;
	return !cursor.bad;
}

int mt_cfi_read_entry(const struct mt_table *table, uint64_t at, struct entry *entry)
{
	struct cursor cursor = cursor_at(table, at, table->high);
	bound(&cursor);
	uint64_t here = cursor.at, back = number(&cursor, 4);
	if (cursor.bad || !back || !read_cie(table, here - back, entry))
		return 0;
	entry->begin = pointer(&cursor, entry->encoding, 1);
	entry->bytes = pointer(&cursor, entry->encoding & 15, 0);
	if (entry->has_data) {
		uint64_t bytes = uleb(&cursor);
		if (cursor.bad || bytes > cursor.end - cursor.at)
			return 0;
		cursor.at += bytes;
	}
	entry->then = cursor.at;
	entry->then_end = cursor.end;
	return !cursor.bad;
}
