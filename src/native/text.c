/* Cuts texts into records. Uses the state's scratch memory rather than the program's stack, which may be a small one. */
#include "text.h"

#include "unwind.h"

static void flush(struct mt_text_writer *writer, uint16_t flags)
{
	uint64_t slot;
	struct mt_text *text = (struct mt_text *)mt_draw(writer->tracer, &slot);
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
		mt_finish((struct mt_record *)text);
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

void mt_text_end(struct mt_text_writer *writer, uint16_t flags)
{
	flush(writer, (uint16_t)(flags | MT_TEXT_LAST));
}

void mt_text(struct mt_tracer *tracer, uint16_t topic, uint64_t key, const void *bytes, size_t count)
{
	struct mt_text_writer writer;
	mt_text_begin(&writer, tracer, topic, key);
	mt_text_add(&writer, bytes, count);
	mt_text_end(&writer, 0);
}

/* One user of the scratch memory at a time; whoever finds it taken makes do with a small piece of stack. */
static int take_scratch(struct mt_tracer *tracer)
{
	return !__atomic_exchange_n(&tracer->scratch_lock, 1, __ATOMIC_ACQUIRE);
}

static void give_scratch(struct mt_tracer *tracer)
{
	__atomic_store_n(&tracer->scratch_lock, 0, __ATOMIC_RELEASE);
}

void mt_text_maps(struct mt_tracer *tracer, uint64_t moment)
{
	char small[256];
	struct mt_text_writer writer;
	mt_text_begin(&writer, tracer, MT_TOPIC_MAPS, moment);
	int fd = mt_open("/proc/self/maps", MT_O_RDONLY, 0);
	if (mt_failed(fd)) {
		__atomic_fetch_or(&tracer->header->features, MT_FEATURE_NO_MAPS, __ATOMIC_RELAXED);
		return;
	}
	int scratch = take_scratch(tracer);
	char *buffer = scratch ? tracer->scratch : small;
	size_t room = scratch ? MT_SCRATCH_BYTES : sizeof small;
	int tells_modules = moment == MT_MOMENT_START && mt_modules_begin(tracer);
	long got;
	while ((got = mt_read(fd, buffer, room)) > 0) {
		mt_text_add(&writer, buffer, (size_t)got);
		if (tells_modules)
			mt_modules_feed(buffer, (size_t)got);
	}
	if (tells_modules)
		mt_modules_end();
	if (scratch)
		give_scratch(tracer);
	mt_close(fd);
	mt_text_end(&writer, got < 0 ? MT_TEXT_CUT : 0);
}

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t start, const void *bytes, size_t count)
{
	const uint8_t *at = bytes;
	while (count--)
		start = (start ^ *at++) * 0x100000001b3ull;
	return start;
}

static uint64_t write_link(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2], char *buffer,
			   size_t room)
{
	long got = mt_readlink(link, buffer, room);
	if (got <= 0)
		return 0;
	uint64_t key = hash(hash(0xcbf29ce484222325ull, seed, 16), buffer, (size_t)got) | 1;
	uint64_t *known = &tracer->paths[key >> 1 & (MT_PATHS_KNOWN - 1)];
	if (__atomic_load_n(known, __ATOMIC_ACQUIRE) == key && topic == MT_TOPIC_PATH)
		return key;
	struct mt_text_writer writer;
	mt_text_begin(&writer, tracer, topic, key);
	mt_text_add(&writer, buffer, (size_t)got);
	mt_text_end(&writer, (size_t)got == room ? MT_TEXT_CUT : 0);
	if (topic == MT_TOPIC_PATH)
		__atomic_store_n(known, key, __ATOMIC_RELEASE);
	return key;
}

uint64_t mt_text_link(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2])
{
	char small[256];
	if (!take_scratch(tracer))
		return write_link(tracer, link, topic, seed, small, sizeof small);
	uint64_t key = write_link(tracer, link, topic, seed, tracer->scratch, 4096);
	give_scratch(tracer);
	return key;
}
