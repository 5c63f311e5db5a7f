/* Emits a text (a path, maps, coverage) as a series of MT_KIND_TEXT records. */
#ifndef MAPTRAIL_TEXT_H
#define MAPTRAIL_TEXT_H

#include "journal/tracer.h"

struct mt_text_writer {
	struct mt_tracer *tracer;
	uint64_t key;
	uint64_t cursor_before; /* header.cursor when the text was begun: for mt_text.read_before */
	uint32_t piece;
	uint16_t topic;
	uint16_t length;
	uint8_t bytes[MT_TEXT_BYTES];
};

/* `key` and MT_TOPIC_ identify the text; see struct mt_text. */
void mt_text_begin(struct mt_text_writer *writer, struct mt_tracer *tracer, uint16_t topic, uint64_t key);
void mt_text_add(struct mt_text_writer *writer, const void *bytes, size_t count);
void mt_text_word(struct mt_text_writer *writer, const char *text);
void mt_text_hex(struct mt_text_writer *writer, uint64_t value);
void mt_text_hex_bytes(struct mt_text_writer *writer, const uint8_t *bytes, size_t count);

/* `flags` may be MT_TEXT_CUT. */
void mt_text_end(struct mt_text_writer *writer, uint16_t flags);

/* Emits a whole text. */
void mt_text_emit(struct mt_tracer *tracer, uint16_t topic, uint64_t key, const void *bytes, size_t count);

#endif
