/*
 * From a row of an unwind table to a rule that fits into one word. The tables are not trusted: every
 * read is bounded, every loop ends, and what is not understood becomes MT_STEP_BAD.
 */
#include "stack/tables/cfi.h"

#include "bytes.h"
#include "stack/tables/cfi-read.h"
#include "stack/tables/cfi-row.h"

/*
 * The two CFA expressions that compilers and linkers write: `breg6 n; deref` of a frame that realigned
 * its stack, and the linker's for PLT entries, where the offset depends on how far into an entry's 16
 * bytes the pc is.
 */
static struct mt_rule expression_rule(const struct mt_table *table, const struct row *row, uint64_t pc)
{
	static const uint8_t entry_tail[] = { 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22 };
	struct mt_rule bad = { MT_STEP_BAD, 0, 0, 0 }, rule = { MT_STEP_DEREF, 0, 0, 0 };
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
	rule.step = MT_STEP_RSP;
	rule.cfa += (pc & 15) >= pushed_from ? 8 : 0;
	return cursor.bad || cursor.at != cursor.end ? bad : rule;
}

/* Words below the CFA, or below rbp, at which a register is saved. */
static int words_below(const struct column *column, int how, uint16_t *words)
{
	*words = 0;
	if (column->how == SAME || column->how == UNDEFINED) /* undefined: no caller relies on it */
		return 1;
	if (column->how != how || column->at >= 0 || column->at % 8 || column->at <= -8 * MT_RULE_WORDS)
		return 0;
	*words = (uint16_t)(-column->at / 8);
	return 1;
}

static struct mt_rule rule_of(const struct mt_table *table, const struct row *row, uint64_t pc)
{
	struct mt_rule bad = { MT_STEP_BAD, 0, 0, 0 }, rule = { MT_STEP_RSP, row->offset, 0, 0 };
	if (row->ret.how == UNDEFINED)
		return (struct mt_rule){ MT_STEP_START, 0, 0, 0 };
	if (row->base == NO_BASE)
		rule = expression_rule(table, row, pc);
	else if (row->base == RBP || row->base == RBX)
		rule.step = row->base == RBP ? MT_STEP_RBP : MT_STEP_RBX;
	else if (row->base != RSP)
		return bad;
	if (rule.step == MT_STEP_BAD || rule.cfa % 8 || rule.cfa <= -MT_RULE_CFA_LIMIT || rule.cfa >= MT_RULE_CFA_LIMIT)
		return bad;
	if (rule.step == MT_STEP_DEREF)
		return row->rbp.how == AT_RBP && row->rbp.at == 0 && row->ret.how == SAVED && row->ret.at == -8 &&
				words_below(&row->rbx, AT_RBP, &rule.rbx) ? rule : bad;
	if (row->ret.how == IN_REGISTER && row->ret.at == RDI && rule.step == MT_STEP_RSP)
		rule.step = MT_STEP_RDI;
	else if (row->ret.how != SAVED || row->ret.at != -8)
		return bad;
	return words_below(&row->rbp, SAVED, &rule.rbp) && words_below(&row->rbx, SAVED, &rule.rbx) ? rule : bad;
}

struct mt_rule mt_cfi_find(const struct mt_table *table, uint64_t pc)
{
	struct mt_rule rule = { MT_STEP_NO_TABLE, 0, 0, 0 };
	struct entry entry;
	struct row row;
	int is_bad = 0;

	if (!table->header)
		return rule;
	uint64_t at = mt_cfi_search(table, pc, &is_bad);
	rule.step = is_bad ? MT_STEP_BAD : MT_STEP_GAP;
	if (!at)
		return rule;
	rule.step = MT_STEP_BAD;
	mt_zero(&entry, sizeof entry);
	if (!mt_cfi_read_entry(table, at, &entry))
		return rule;
	rule.step = MT_STEP_GAP;
	if (pc - entry.begin >= entry.bytes)
		return rule;
	rule.step = MT_STEP_SIGNAL;
	if (entry.is_signal)
		return rule;
	rule.step = MT_STEP_BAD;
	return mt_cfi_run(table, &entry, pc, &row) ? rule_of(table, &row, pc) : rule;
}
