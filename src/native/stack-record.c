/* Writes a stack into the journal, in pieces, and the names of the modules that it goes through. */
#include "walk.h"

static struct mt_stack *finish_piece(struct walk *walk)
{
	mt_finish((struct mt_record *)walk->piece);
	walk->piece = 0;
	return 0;
}

/* Into the stack's record; 0 when there is no room in the journal. */
static int write_frame(struct walk *walk, uint64_t frame)
{
	uint64_t slot;
	struct mt_stack *piece = walk->piece;
	if (piece && piece->count == MT_STACK_FRAMES)
		piece = finish_piece(walk);
	if (!piece) {
		piece = (struct mt_stack *)mt_draw(walk->tracer, &slot);
		walk->piece = piece;
		if (!piece)
			return 0;
		piece->kind = MT_KIND_STACK;
		piece->tid = mt_tid(walk->tracer);
		piece->id = walk->id;
		piece->piece = (uint16_t)walk->piece_number++;
	}
	piece->frames[piece->count++] = frame;
	return 1;
}

void mt_stack_write_frame(struct walk *walk, uint32_t module)
{
	uint64_t frame = walk->pc & ADDRESS_MASK;
	if (module) {
		const struct mt_stack_ids *ids = mt_config.stack_ids;
		if (!(__atomic_load_n(&ids->announced[module >> 3], __ATOMIC_ACQUIRE) >> (module & 7) & 1)) {
			if (walk->piece) /* the last piece must lie behind the names of all modules */
				finish_piece(walk);
			mt_module_announce(walk->tracer, module);
		}
		frame = (walk->pc - walk->unwind->modules[module - 1].bias) & ADDRESS_MASK;
	}
	walk->failed |= !write_frame(walk, frame | (uint64_t)module << MT_FRAME_ADDRESS_BITS);
}

void mt_stack_write_end(struct walk *walk, uint32_t end)
{
	if (walk->failed || !walk->piece) {
		walk->id = 0;
		return;
	}
	walk->piece->end = (uint8_t)end;
	walk->piece->flags = MT_STACK_LAST;
	finish_piece(walk);
}
