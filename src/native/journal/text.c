/* Cuts a text into records. */
#include "journal/text.h"

#include "bytes.h"
#include "journal/writer.h"

static void flush(struct mt_text_writer *writer, uint16_t flags)
{
	uint64_t slot;
	struct mt_text *text = (struct mt_text *)mt_reserve(writer->tracer, &slot);
	if (text) {
		text->kind = MT_KIND_TEXT;
		text->flags = flags;
		text->tid = mt_tid(writer->tracer);
		text->topic = writer->topic;
		text->length = writer->length;
		text->key = writer->key;
		text->piece = writer->piece;
		text->read_before = writer->piece ? 0 : (uint32_t)(slot - writer->cursor_before);
		mt_copy(text->bytes, writer->bytes, writer->length);
		mt_commit((struct mt_record *)text);
	}
	writer->piece++;
	writer->length = 0;
}

void mt_text_begin(struct mt_text_writer *writer, struct mt_tracer *tracer, uint16_t topic, uint64_t key)
{
	writer->tracer = tracer;
	writer->key = key;
	writer->cursor_before = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
	writer->piece = 0;
	writer->topic = topic;
	writer->length = 0;
}

void mt_text_add(struct mt_text_writer *writer, const void *bytes, size_t count)
{
	const uint8_t *from = bytes;
	while (count) {
		if (writer->length == MT_TEXT_BYTES)
			flush(writer, 0);
		size_t room = MT_TEXT_BYTES - writer->length;
		size_t take = count < room ? count : room;
		mt_copy(writer->bytes + writer->length, from, take);
		writer->length = (uint16_t)(writer->length + take);
		from += take;
		count -= take;
	}
}

void mt_text_word(struct mt_text_writer *writer, const char *text)
{
	mt_text_add(writer, text, mt_length(text));
}

void mt_text_hex(struct mt_text_writer *writer, uint64_t value)
{
	char digits[17];
	char *end = mt_put_hex(digits, value);
	mt_text_add(writer, digits, (size_t)(end - digits));
}

void mt_text_hex_bytes(struct mt_text_writer *writer, const uint8_t *bytes, size_t count)
{
	char digits[2];
	for (size_t i = 0; i < count; i++) {
		mt_put_hex_bytes(digits, &bytes[i], 1);
		mt_text_add(writer, digits, sizeof digits);
	}
}

void mt_text_end(struct mt_text_writer *writer, uint16_t flags)
{
	flush(writer, (uint16_t)(flags | MT_TEXT_LAST));
}

void mt_text_emit(struct mt_tracer *tracer, uint16_t topic, uint64_t key, const void *bytes, size_t count)
{
	struct mt_text_writer writer;
	mt_text_begin(&writer, tracer, topic, key);
	mt_text_add(&writer, bytes, count);
	mt_text_end(&writer, 0);
}
