/*
 * Room in a journal, on disk and in memory: made when it runs out, given back when it is drained.
 * Everything here is rare; mt_draw in journal.h is the way of each call.
 */
#include "journal-file.h"

#define GROWTH_MAX 65536ull
#define LOCK_YIELDS 200
#define LOCK_PATIENCE 20000 /* half a millisecond each: some ten seconds */
#define LOCK_AT_ONCE 0
#define RELEASE_SLOTS (1ull << 19) /* 64 MiB */
#define AWAIT_TICKS 600000000ull   /* some 200 ms */

/*
 * The growth lock. Signals are blocked while it is held, so a handler never waits
 * for the thread that it interrupted. Its holder may be without a processor for a
 * while, so it is waited for in earnest; but one that was killed (a vfork child)
 * must not hold up the program for good. Not held across any call of the program.
 */
static int lock(struct mt_tracer *tracer, uint64_t *signals, int patience)
{
	const int64_t nap[2] = { 0, 500000 };
	uint64_t all = ~0ull;
	mt_sys4(MT_NR_rt_sigprocmask, 0, (long)&all, (long)signals, 8);
	for (int i = 0; i <= patience; i++) {
		uint32_t free = 0;
		if (__atomic_compare_exchange_n(&tracer->lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return 1;
		if (i < LOCK_YIELDS)
			mt_sys0(MT_NR_sched_yield);
		else
			mt_sys2(MT_NR_nanosleep, (long)nap, 0);
	}
	mt_sys4(MT_NR_rt_sigprocmask, 2, (long)signals, 0, 8);
	return 0;
}

static void unlock(struct mt_tracer *tracer, const uint64_t *signals)
{
	__atomic_store_n(&tracer->lock, 0, __ATOMIC_RELEASE);
	mt_sys4(MT_NR_rt_sigprocmask, 2, (long)signals, 0, 8);
}

/* Extends the file so that slot has room; returns why not, or 0. */
static uint32_t extend(struct mt_tracer *tracer, uint64_t slot)
{
	struct mt_header *header = tracer->header;
	uint64_t limit = __atomic_load_n(&header->limit, __ATOMIC_ACQUIRE);
	uint64_t wanted = limit;
	while (wanted <= slot)
		wanted += wanted < GROWTH_MAX ? wanted : GROWTH_MAX;
	int fd = mt_open(tracer->file, MT_O_RDWR | MT_O_NOFOLLOW, 0);
	if (mt_failed(fd))
		return MT_LOST_PATH;
	uint32_t problem;
	while ((problem = mt_file_allocate(fd, mt_slots_to_bytes(limit), mt_slots_to_bytes(wanted))) == MT_LOST_DISK) {
		uint64_t half = limit + (wanted - limit) / 2;
		if (half <= slot)
			break;
		wanted = half; /* a disk that fills up has room for less */
	}
	mt_close(fd);
	if (!problem)
		__atomic_compare_exchange_n(&header->limit, &limit, wanted, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	return problem;
}

static int has_room(const struct mt_tracer *tracer, uint64_t slot)
{
	return slot < __atomic_load_n(&tracer->header->limit, __ATOMIC_ACQUIRE);
}

static int is_mapped(const struct mt_tracer *tracer, uint64_t slot)
{
	return slot < __atomic_load_n(&tracer->mapped, __ATOMIC_ACQUIRE);
}

/*
 * Where the hook may not or cannot extend the file itself (a limit, a chroot, another
 * user, a seccomp filter, a disk that the recorder is about to give room on), the
 * recorder can: it looks every few milliseconds.
 */
static int await_recorder(struct mt_tracer *tracer, uint64_t slot)
{
	const int64_t millisecond[2] = { 0, 1000000 };
	__atomic_store_n(&tracer->header->wants_room, 1, __ATOMIC_RELEASE);
	if (!tracer->sealed) {
		for (int i = 0; i < 250 && !has_room(tracer, slot); i++)
			mt_sys2(MT_NR_nanosleep, (long)millisecond, 0);
	} else {
		uint64_t begin = mt_ticks();
		while (!has_room(tracer, slot) && mt_ticks() - begin < AWAIT_TICKS)
			mt_pause();
	}
	return has_room(tracer, slot);
}

static uint32_t give_room(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t signals;
	uint32_t problem = MT_LOST_NOTHING;
	if (tracer->sealed)
		return await_recorder(tracer, slot) ? MT_LOST_NOTHING : MT_LOST_SEALED;
	if (!lock(tracer, &signals, LOCK_PATIENCE))
		return MT_LOST_BUSY;
	if (!has_room(tracer, slot))
		problem = extend(tracer, slot);
	unlock(tracer, &signals);
	if (problem == MT_LOST_LIMIT || problem == MT_LOST_PATH || problem == MT_LOST_DISK)
		return await_recorder(tracer, slot) ? MT_LOST_NOTHING : problem;
	return problem;
}

/* All records of a piece are whole, so nobody will write there again. */
static int is_finished(const struct mt_tracer *tracer, uint64_t first)
{
	const struct mt_record *record = (const struct mt_record *)(tracer->base + first * MT_RECORD_SIZE);
	for (uint64_t i = 0; i < MT_PIECE_SLOTS; i++)
		if (__atomic_load_n(&record[i].state, __ATOMIC_ACQUIRE) != MT_STATE_DONE)
			return 0;
	return 1;
}

static void unmap_slots(const struct mt_tracer *tracer, uint64_t from, uint64_t to)
{
	mt_sys2(MT_NR_munmap, (long)(tracer->base + from * MT_RECORD_SIZE), (long)((to - from) * MT_RECORD_SIZE));
}

/* The next piece in memory, and the finished ones out of it. */
static int map_more(struct mt_tracer *tracer, uint64_t slot)
{
	int fd = mt_open(tracer->file, MT_O_RDWR | MT_O_NOFOLLOW, 0);
	if (mt_failed(fd))
		return 0;
	uint64_t from = tracer->mapped, to = (slot / MT_PIECE_SLOTS + 1) * MT_PIECE_SLOTS;
	int done = mt_file_map(tracer->base + from * MT_RECORD_SIZE, (to - from) * MT_RECORD_SIZE, fd, mt_slots_to_bytes(from));
	mt_close(fd);
	if (!done)
		return 0;
	__atomic_store_n(&tracer->mapped, to, __ATOMIC_RELEASE);
	while (tracer->released + MT_PIECE_SLOTS < from && is_finished(tracer, tracer->released)) {
		unmap_slots(tracer, tracer->released, tracer->released + MT_PIECE_SLOTS);
		tracer->released += MT_PIECE_SLOTS;
	}
	return 1;
}

static uint32_t give_memory(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t signals;
	if (tracer->sealed)
		return MT_LOST_SEALED;
	if (!lock(tracer, &signals, LOCK_PATIENCE))
		return MT_LOST_BUSY;
	int done = is_mapped(tracer, slot) || map_more(tracer, slot);
	unlock(tracer, &signals);
	return done ? MT_LOST_NOTHING : MT_LOST_PATH;
}

int mt_journal_grow(struct mt_tracer *tracer, uint64_t slot)
{
	/* What was lost once stays lost: a gap in the middle could not be told from a call that never ended. */
	uint32_t problem = tracer->header->lost_reason;
	if (!problem && !has_room(tracer, slot))
		problem = give_room(tracer, slot);
	if (!problem && !is_mapped(tracer, slot))
		problem = give_memory(tracer, slot);
	if (!problem)
		return 1;
	mt_lose(tracer, problem);
	return 0;
}

void mt_journal_release(struct mt_tracer *tracer)
{
	uint64_t drained = __atomic_load_n(&tracer->header->drained, __ATOMIC_ACQUIRE) & ~(RELEASE_SLOTS - 1);
	uint64_t signals;
	if (drained <= tracer->released || !lock(tracer, &signals, LOCK_AT_ONCE))
		return;
	/* The header lies before slot 0 in the same mapping and stays. */
	if (drained > tracer->released && drained <= tracer->mapped) {
		unmap_slots(tracer, tracer->released, drained);
		tracer->released = drained;
	}
	unlock(tracer, &signals);
}

void mt_journal_populate(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t from = slot + MT_POPULATED_SLOTS, to = from + MT_POPULATED_SLOTS;
	if (has_room(tracer, to) && is_mapped(tracer, to)) /* kernels before 5.14 do not know the advice */
		mt_sys3(MT_NR_madvise, (long)(tracer->base + from * MT_RECORD_SIZE),
			(long)(MT_POPULATED_SLOTS * MT_RECORD_SIZE), MT_MADV_POPULATE_WRITE);
}

void mt_journal_shrink(struct mt_tracer *tracer)
{
	uint64_t signals;
	if (tracer->sealed || !lock(tracer, &signals, LOCK_PATIENCE))
		return;
	/* Threads on their way to a slot below the cursor have this piece and the next to themselves. */
	uint64_t cursor = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
	uint64_t keep = (cursor / MT_PIECE_SLOTS + 2) * MT_PIECE_SLOTS, mapped = tracer->mapped;
	if (keep < mapped) {
		__atomic_store_n(&tracer->mapped, keep, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&tracer->header->cursor, __ATOMIC_SEQ_CST) + MT_PIECE_SLOTS / 2 < keep)
			unmap_slots(tracer, keep, mapped);
		else
			__atomic_store_n(&tracer->mapped, mapped, __ATOMIC_RELEASE);
	}
	unlock(tracer, &signals);
}
