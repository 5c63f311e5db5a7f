/* Fills stack records, and emits the names of modules. */
#include "stack/emit.h"

#include "journal/text.h"
#include "journal/writer.h"
#include "stack/known-stacks.h"
#include "stack/space/module-image.h"

#define ADDRESS_MASK ((1ull << 47) - 1)

static struct mt_stack *commit_piece(struct mt_stack_writer *writer)
{
	mt_commit((struct mt_record *)writer->piece);
	writer->piece = 0;
	return 0;
}

/* 0 when there is no room in the journal. */
static int add_frame(struct mt_stack_writer *writer, struct mt_tracer *tracer, uint64_t frame)
{
	uint64_t slot;
	struct mt_stack *piece = writer->piece;
	if (piece && piece->count == MT_STACK_FRAMES)
		piece = commit_piece(writer);
	if (!piece) {
		piece = (struct mt_stack *)mt_reserve(tracer, &slot);
		writer->piece = piece;
		if (!piece)
			return 0;
		piece->kind = MT_KIND_STACK;
		piece->tid = mt_tid(tracer);
		piece->id = writer->id;
		piece->piece = (uint16_t)writer->piece_number++;
	}
	piece->frames[piece->count++] = frame;
	return 1;
}

static int is_named(uint32_t module)
{
	return __atomic_load_n(&mt_known_stacks->named[module >> 3], __ATOMIC_ACQUIRE) >> (module & 7) & 1;
}

static void emit_name(struct mt_tracer *tracer, uint32_t number)
{
	const struct mt_module *module = &mt_space->modules[number - 1];
	struct mt_text_writer text;
	size_t bytes;
	const uint8_t *build_id = mt_module_build_id(module, &bytes);
	mt_text_begin(&text, tracer, MT_TOPIC_MODULE, number);
	if (build_id)
		mt_text_hex_bytes(&text, build_id, bytes);
	else
		mt_text_word(&text, "-");
	mt_text_word(&text, " ");
	mt_text_word(&text, mt_space->paths + module->path);
	mt_text_end(&text, 0);
	__atomic_fetch_or(&mt_known_stacks->named[number >> 3], (uint8_t)(1u << (number & 7)), __ATOMIC_RELEASE);
}

void mt_stack_emit_frame(struct mt_stack_writer *writer, struct mt_tracer *tracer, uint64_t pc, uint32_t module)
{
	uint64_t frame = pc & ADDRESS_MASK;
	if (module) {
		if (!is_named(module)) {
			if (writer->piece) /* the names of all its modules must precede a stack's last piece */
				commit_piece(writer);
			emit_name(tracer, module);
		}
		frame = (pc - mt_space->modules[module - 1].bias) & ADDRESS_MASK;
	}
	writer->failed |= !add_frame(writer, tracer, frame | (uint64_t)module << MT_FRAME_ADDRESS_BITS);
}

void mt_stack_emit_end(struct mt_stack_writer *writer, uint32_t end)
{
	if (writer->failed || !writer->piece) {
		writer->id = 0;
		return;
	}
	writer->piece->end = (uint8_t)end;
	writer->piece->flags = MT_STACK_LAST;
	commit_piece(writer);
}
