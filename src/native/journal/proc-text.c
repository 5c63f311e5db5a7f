/*
 * Texts out of /proc/self, read into the tracer's scratch buffer: the program's stack may be too
 * small for one of its own (a signal stack).
 */
#include "journal/proc-text.h"

#include "bytes.h"
#include "journal/text.h"

/* One user at a time; a thread that finds it taken uses a small buffer on its stack, with more and smaller reads. */
static int take_scratch(struct mt_tracer *tracer)
{
	return !__atomic_exchange_n(&tracer->scratch_lock, 1, __ATOMIC_ACQUIRE);
}

static void give_scratch(struct mt_tracer *tracer)
{
	__atomic_store_n(&tracer->scratch_lock, 0, __ATOMIC_RELEASE);
}

void mt_emit_maps(struct mt_tracer *tracer, uint64_t moment, void (*also)(const char *text, size_t bytes))
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
	long got;
	while ((got = mt_read(fd, buffer, room)) > 0) {
		mt_text_add(&writer, buffer, (size_t)got);
		if (also)
			also(buffer, (size_t)got);
	}
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

static uint64_t emit_target(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2], char *buffer,
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

uint64_t mt_emit_link(struct mt_tracer *tracer, const char *link, uint16_t topic, const uint64_t seed[2])
{
	char small[256];
	if (!take_scratch(tracer))
		return emit_target(tracer, link, topic, seed, small, sizeof small);
	uint64_t key = emit_target(tracer, link, topic, seed, tracer->scratch, 4096);
	give_scratch(tracer);
	return key;
}
