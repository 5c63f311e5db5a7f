/* Interprets an FDE's instructions (DWARF 5, 6.4.2) for the registers that a walk needs. */
#include "stack/tables/cfi-row.h"

#include "bytes.h"
#include "stack/tables/cfi-read.h"

#define REMEMBERED 4

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

/* `breg6 n`, the only expression understood: the register is saved at rbp + n. */
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

/* Runs instructions until the location passes pc; 0 when one cannot be followed. */
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

int mt_cfi_run(const struct mt_table *table, const struct entry *entry, uint64_t pc, struct row *row)
{
	struct machine machine;
	mt_zero(&machine, sizeof machine);
	machine.row.base = NO_BASE;
	if (!run(&machine, table, entry, entry->first, entry->first_end, ~0ull))
		return 0;
	machine.initial = machine.row;
	machine.location = entry->begin;
	if (!run(&machine, table, entry, entry->then, entry->then_end, pc))
		return 0;
	*row = machine.row;
	return 1;
}
