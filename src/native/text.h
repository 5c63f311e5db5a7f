/* Texts in the journal: paths, maps, coverage. A text is written in pieces of MT_TEXT_BYTES. */
#ifndef MAPTRAIL_TEXT_H
#define MAPTRAIL_TEXT_H

#include "journal.h"

struct mt_text_writer {
	struct mt_tracer *tracer;
	uint64_t key;
	uint64_t cursor_before;
	uint32_t piece;
	uint16_t topic;
	uint16_t length;
	uint8_t bytes[MT_TEXT_BYTES];
};

void mt_text_begin(struct mt_text_writer *writer, struct mt_tracer *tracer, uint16_t topic, uint64_t key);
void mt_text_add(struct mt_text_writer *writer, const void *bytes, size_t count);
void mt_text_word(struct mt_text_writer *writer, const char *text);
void mt_text_hex(struct mt_text_writer *writer, uint64_t value);
void mt_text_end(struct mt_text_writer *writer, uint16_t flags);

/* A whole text of known length. */
void mt_text(struct mt_tracer *tracer, uint16_t topic, uint64_t key, const void *bytes, size_t count);

/* /proc/self/maps as it is now; moment is enum mt_moment. */
void mt_text_maps(struct mt_tracer *tracer, uint64_t moment);

/* The target of a symbolic link under /proc/self as a text; returns its key, made of `seed` and the target, or 0. */
uint64_t mt_text_link(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2]);

#endif
