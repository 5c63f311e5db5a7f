/*
 * Finds the entry for an address in .eh_frame_hdr's sorted table and interprets
 * it (DWARF 5, 6.4; LSB core, "Exception frames"). The bytes are not trusted:
 * every read is bounded, every loop ends, and what is not understood is a bad rule.
 */
#include "cfi.h"

#include "sys.h"

#define PAGE 4096ull
#define RBX 3
#define RDI 5
#define RBP 6
#define RSP 7
#define RETURN 16
#define NO_PAGE 1ull /* no page begins there */
#define REMEMBERED 4
#define TABLE_ENCODING 0x3b /* sdata4, relative to the header */

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

struct cursor {
	const struct mt_table *table;
	uint64_t at, end;
	uint64_t page; /* known to be readable */
	int bad;
};

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

static struct cursor cursor_at(const struct mt_table *table, uint64_t at, uint64_t end)
{
	struct cursor cursor = { table, at, end, NO_PAGE, 0 };
	if (at < table->low || end > table->high || at > end)
		cursor.bad = 1;
	return cursor;
}

static uint8_t u8(struct cursor *cursor)
{
	if (cursor->bad || cursor->at >= cursor->end) {
		cursor->bad = 1;
		return 0;
	}
	uint64_t page = cursor->at & ~(PAGE - 1);
	if (page != cursor->page) {
		if (!mt_is_readable_page(cursor->at)) {
			cursor->bad = 1;
			return 0;
		}
		cursor->page = page;
	}
	return *(const uint8_t *)cursor->at++;
}

static uint64_t number(struct cursor *cursor, unsigned bytes)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)u8(cursor) << (8 * i);
	return value;
}

static int64_t signed_number(struct cursor *cursor, unsigned bytes)
{
	uint64_t value = number(cursor, bytes), sign = 1ull << (8 * bytes - 1);
	return (int64_t)((value ^ sign) - sign);
}

static uint64_t leb(struct cursor *cursor, int is_signed)
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

static uint64_t uleb(struct cursor *cursor)
{
	return leb(cursor, 0);
}

static int64_t sleb(struct cursor *cursor)
{
	return (int64_t)leb(cursor, 1);
}

/* A pointer in DW_EH_PE_ encoding; those that the x86-64 tools write. `relative`: whether to add what it is relative to. */
static uint64_t pointer(struct cursor *cursor, uint8_t encoding, int relative)
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

/* Reads a length and bounds the cursor by it. */
static void bound(struct cursor *cursor)
{
	uint64_t length = number(cursor, 4);
	if (!length || length >= 0xfffffff0u || length > cursor->end - cursor->at)
		cursor->bad = 1;
	else
		cursor->end = cursor->at + length;
}

/* The address of the FDE whose code begins nearest before pc, or 0; *is_bad when the header is none of ours. */
static uint64_t search(const struct mt_table *table, uint64_t pc, int *is_bad)
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
	return found;
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
		default: /* what follows is skipped by its length */
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

static int read_fde(const struct mt_table *table, uint64_t at, struct entry *entry)
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

static struct column *column_of(struct row *row, uint64_t reg)
{
	return reg == RETURN ? &row->ret : reg == RBP ? &row->rbp : reg == RBX ? &row->rbx : 0;
}

static void put(struct row *row, uint64_t reg, uint8_t how, int64_t at)
{
	struct column *column = column_of(row, reg);
	if (!column)
		return;
	column->how = at == (int32_t)at ? how : (uint8_t)OTHER;
	column->at = (int32_t)at;
}

/* A column's expression: `breg6 n` alone says that the register is saved at rbp + n. */
static void put_expression(struct row *row, uint64_t reg, struct cursor *cursor)
{
	uint64_t bytes = uleb(cursor);
	if (cursor->bad || bytes > cursor->end - cursor->at) {
		cursor->bad = 1;
		return;
	}
	struct cursor inside = *cursor;
	inside.end = cursor->at + bytes;
	cursor->at = inside.end;
	uint8_t operation = u8(&inside);
	int64_t at = sleb(&inside);
	put(row, reg, operation == 0x70 + RBP && !inside.bad && inside.at == inside.end ? AT_RBP : OTHER, at);
}

static void skip_expression(struct cursor *cursor)
{
	uint64_t bytes = uleb(cursor);
	if (cursor->bad || bytes > cursor->end - cursor->at)
		cursor->bad = 1;
	else
		cursor->at += bytes;
}

static void set_offset(struct row *row, int64_t offset, struct cursor *cursor)
{
	if (offset != (int32_t)offset)
		cursor->bad = 1;
	row->offset = (int32_t)offset;
}

static int64_t scaled(int64_t value, int64_t unit)
{
	return (int64_t)((uint64_t)value * (uint64_t)unit);
}

struct machine {
	struct row row, initial, kept[REMEMBERED];
	unsigned depth;
	uint64_t location;
};

static void restore(struct machine *machine, uint64_t reg)
{
	struct column *column = column_of(&machine->row, reg);
	if (column)
		*column = *column_of(&machine->initial, reg);
}

/* The instructions with a byte of their own; DW_CFA_ numbers. */
static void run_extended(struct machine *machine, struct cursor *cursor, const struct entry *entry, uint8_t operation)
{
	struct row *row = &machine->row;
	uint64_t reg;
	switch (operation) {
	case 0x00: /* nop */
		break;
	case 0x01: /* set_loc */
		machine->location = pointer(cursor, entry->encoding, 1);
		break;
	case 0x02: /* advance_loc1, 2, 4 */
	case 0x03:
	case 0x04:
		machine->location += number(cursor, 1u << (operation - 2)) * entry->code_unit;
		break;
	case 0x05: /* offset_extended */
		reg = uleb(cursor);
		put(row, reg, SAVED, scaled((int64_t)uleb(cursor), entry->data_unit));
		break;
	case 0x06: /* restore_extended */
		restore(machine, uleb(cursor));
		break;
	case 0x07: /* undefined */
		put(row, uleb(cursor), UNDEFINED, 0);
		break;
	case 0x08: /* same_value */
		put(row, uleb(cursor), SAME, 0);
		break;
	case 0x09: /* register */
		reg = uleb(cursor);
		put(row, reg, IN_REGISTER, (int64_t)uleb(cursor));
		break;
	case 0x0a: /* remember_state */
		if (machine->depth < REMEMBERED)
			machine->kept[machine->depth++] = *row;
		else
			cursor->bad = 1;
		break;
	case 0x0b: /* restore_state */
		if (machine->depth)
			*row = machine->kept[--machine->depth];
		else
			cursor->bad = 1;
		break;
	case 0x0c: /* def_cfa */
	case 0x12: /* def_cfa_sf */
		row->base = (uint8_t)uleb(cursor);
		set_offset(row, operation == 0x0c ? (int64_t)uleb(cursor) : scaled(sleb(cursor), entry->data_unit), cursor);
		break;
	case 0x0d: /* def_cfa_register */
		row->base = (uint8_t)uleb(cursor);
		break;
	case 0x0e: /* def_cfa_offset */
		set_offset(row, (int64_t)uleb(cursor), cursor);
		break;
	case 0x13: /* def_cfa_offset_sf */
		set_offset(row, scaled(sleb(cursor), entry->data_unit), cursor);
		break;
	case 0x0f: /* def_cfa_expression */
		row->base = NO_BASE;
		row->expression_bytes = (uint32_t)uleb(cursor);
		row->expression = cursor->at;
		if (cursor->bad || row->expression_bytes > cursor->end - cursor->at)
			cursor->bad = 1;
		else
			cursor->at += row->expression_bytes;
		break;
	case 0x10: /* expression */
		reg = uleb(cursor);
		put_expression(row, reg, cursor);
		break;
	case 0x11: /* offset_extended_sf */
		reg = uleb(cursor);
		put(row, reg, SAVED, scaled(sleb(cursor), entry->data_unit));
		break;
	case 0x14: /* val_offset, val_offset_sf */
	case 0x15:
		reg = uleb(cursor);
		uleb(cursor);
		put(row, reg, OTHER, 0);
		break;
	case 0x16: /* val_expression */
		put(row, uleb(cursor), OTHER, 0);
		skip_expression(cursor);
		break;
	case 0x2e: /* GNU_args_size */
		uleb(cursor);
		break;
	default:
		cursor->bad = 1;
	}
}

/* Runs instructions until they tell of code behind pc; 0 when they cannot be followed. */
static int run(struct machine *machine, const struct mt_table *table, const struct entry *entry, uint64_t from, uint64_t to,
	       uint64_t pc)
{
	struct cursor cursor = cursor_at(table, from, to);
	while (!cursor.bad && cursor.at < cursor.end) {
		uint8_t operation = u8(&cursor), low = operation & 63;
		switch (operation >> 6) {
		case 1: /* advance_loc */
			machine->location += low * entry->code_unit;
			break;
		case 2: /* offset */
			put(&machine->row, low, SAVED, scaled((int64_t)uleb(&cursor), entry->data_unit));
			break;
		case 3: /* restore */
			restore(machine, low);
			break;
		default:
			run_extended(machine, &cursor, entry, operation);
		}
		if (machine->location > pc)
			break;
	}
	return !cursor.bad;
}

/*
 * The two shapes of CFA expression that compilers and linkers write: `breg6 n; deref`
 * of a frame that aligned its stack, and the linker's for PLT entries, where the
 * offset depends on how far into the 16 bytes of an entry the code has come.
 */
static struct mt_rule expression_rule(const struct mt_table *table, const struct row *row, uint64_t pc)
{
	static const uint8_t entry_tail[] = { 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22 };
	struct mt_rule bad = { MT_OUT_BAD, 0, 0, 0 }, rule = { MT_OUT_DEREF, 0, 0, 0 };
	struct cursor cursor = cursor_at(table, row->expression, row->expression + row->expression_bytes);
	uint8_t operation = u8(&cursor);
	int64_t offset = sleb(&cursor);
	if (cursor.bad || offset % 8 || offset <= -MT_RULE_CFA_LIMIT || offset >= MT_RULE_CFA_LIMIT)
		return bad;
	rule.cfa = (int32_t)offset;
	if (operation == 0x70 + RBP) {
		int is_deref = u8(&cursor) == 0x06 && cursor.at == cursor.end;
		return is_deref && !cursor.bad ? rule : bad;
	}
	if (operation != 0x70 + RSP || u8(&cursor) != 0x70 + RETURN || u8(&cursor) != 0 || u8(&cursor) != 0x3f)
		return bad;
	uint64_t pushed_from = 0;
	for (unsigned i = 0; i < sizeof entry_tail; i++) {
		uint8_t byte = u8(&cursor);
		if (i == 1 && (byte == 0x3a || byte == 0x3b)) /* lit10, lit11 */
			pushed_from = byte - 0x30u;
		else if (byte != entry_tail[i])
			return bad;
	}
	rule.way = MT_OUT_RSP;
	rule.cfa += (pc & 15) >= pushed_from ? 8 : 0;
	return cursor.bad || cursor.at != cursor.end ? bad : rule;
}

/* Words below the CFA, or below rbp, at which a register is saved. */
static int words_below(const struct column *column, int how, uint16_t *words)
{
	*words = 0;
	if (column->how == SAME || column->how == UNDEFINED) /* undefined: nobody above may use it */
		return 1;
	if (column->how != how || column->at >= 0 || column->at % 8 || column->at <= -8 * MT_RULE_WORDS)
		return 0;
	*words = (uint16_t)(-column->at / 8);
	return 1;
}

static struct mt_rule rule_of(const struct mt_table *table, const struct row *row, uint64_t pc)
{
	struct mt_rule bad = { MT_OUT_BAD, 0, 0, 0 }, rule = { MT_OUT_RSP, row->offset, 0, 0 };
	if (row->ret.how == UNDEFINED)
		return (struct mt_rule){ MT_OUT_START, 0, 0, 0 };
	if (row->base == NO_BASE)
		rule = expression_rule(table, row, pc);
	else if (row->base == RBP || row->base == RBX)
		rule.way = row->base == RBP ? MT_OUT_RBP : MT_OUT_RBX;
	else if (row->base != RSP)
		return bad;
	if (rule.way == MT_OUT_BAD || rule.cfa % 8 || rule.cfa <= -MT_RULE_CFA_LIMIT || rule.cfa >= MT_RULE_CFA_LIMIT)
		return bad;
	if (rule.way == MT_OUT_DEREF)
		return row->rbp.how == AT_RBP && row->rbp.at == 0 && row->ret.how == SAVED && row->ret.at == -8 &&
				words_below(&row->rbx, AT_RBP, &rule.rbx) ? rule : bad;
	if (row->ret.how == IN_REGISTER && row->ret.at == RDI && rule.way == MT_OUT_RSP)
		rule.way = MT_OUT_RDI;
	else if (row->ret.how != SAVED || row->ret.at != -8)
		return bad;
	return words_below(&row->rbp, SAVED, &rule.rbp) && words_below(&row->rbx, SAVED, &rule.rbx) ? rule : bad;
}

struct mt_rule mt_cfi_find(const struct mt_table *table, uint64_t pc)
{
	struct mt_rule rule = { MT_OUT_NO_TABLE, 0, 0, 0 };
	struct entry entry;
	struct machine machine;
	int is_bad = 0;

	if (!table->header)
		return rule;
	uint64_t at = search(table, pc, &is_bad);
	rule.way = MT_OUT_BAD;
	if (is_bad)
		return rule;
	rule.way = MT_OUT_GAP;
	if (!at)
		return rule;
	rule.way = MT_OUT_BAD;
	mt_zero(&entry, sizeof entry);
	if (!read_fde(table, at, &entry))
		return rule;
	rule.way = MT_OUT_GAP;
	if (pc - entry.begin >= entry.bytes)
		return rule;
	rule.way = MT_OUT_SIGNAL;
	if (entry.is_signal)
		return rule;
	mt_zero(&machine, sizeof machine);
	machine.row.base = NO_BASE;
	rule.way = MT_OUT_BAD;
	if (!run(&machine, table, &entry, entry.first, entry.first_end, ~0ull))
		return rule;
	machine.initial = machine.row;
	machine.location = entry.begin;
	if (!run(&machine, table, &entry, entry.then, entry.then_end, pc))
		return rule;
	return rule_of(table, &machine.row, pc);
}
