/* Makes room for slots when it runs out, and gives it back when they are drained. */
#include "journal/room.h"

#include "journal/file.h"

#define GROWTH_MAX 65536ull
#define LOCK_YIELDS 200
#define LOCK_TRIES 20000 /* 0.5 ms each: about 10 s */
#define LOCK_NO_WAIT 0
#define RELEASE_SLOTS (1ull << 19) /* 64 MiB */
#define AWAIT_TICKS 600000000ull   /* about 200 ms at 3 GHz */

/*
 * The growth lock. Signals are blocked while it is held, so that a handler never waits for the
 * thread it interrupted. The holder may be preempted, hence the long timeout; a holder that was
 * killed (a vfork child) must not block the program forever, hence a timeout at all. Never held
 * across one of the program's own calls.
 */
static int lock(struct mt_tracer *tracer, uint64_t *signals, int tries)
{
	const int64_t nap[2] = { 0, 500000 };
	uint64_t all = ~0ull;
	mt_sys4(MT_NR_rt_sigprocmask, MT_SIG_BLOCK, (long)&all, (long)signals, 8);
	for (int i = 0; i <= tries; i++) {
		uint32_t free = 0;
		if (__atomic_compare_exchange_n(&tracer->lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return 1;
		if (i < LOCK_YIELDS)
			mt_sys0(MT_NR_sched_yield);
		else
			mt_sys2(MT_NR_nanosleep, (long)nap, 0);
	}
	mt_sys4(MT_NR_rt_sigprocmask, MT_SIG_SETMASK, (long)signals, 0, 8);
	return 0;
}

static void unlock(struct mt_tracer *tracer, const uint64_t *signals)
{
	__atomic_store_n(&tracer->lock, 0, __ATOMIC_RELEASE);
	mt_sys4(MT_NR_rt_sigprocmask, MT_SIG_SETMASK, (long)signals, 0, 8);
}

/* Extends the file so that it holds `slot`; returns enum mt_lost. */
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
		wanted = half; /* a nearly full disk may hold a smaller step */
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
 * Where the hook cannot extend the file itself (RLIMIT_FSIZE, a chroot, another user, a seccomp
 * filter, a full disk that the recorder is freeing), the recorder does: it polls wants_room every
 * few milliseconds.
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

static uint32_t make_file_room(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t signals;
	uint32_t problem = MT_LOST_NOTHING;
	if (tracer->sealed)
		return await_recorder(tracer, slot) ? MT_LOST_NOTHING : MT_LOST_SEALED;
	if (!lock(tracer, &signals, LOCK_TRIES))
		return MT_LOST_BUSY;
	if (!has_room(tracer, slot))
		problem = extend(tracer, slot);
	unlock(tracer, &signals);
	if (problem == MT_LOST_LIMIT || problem == MT_LOST_PATH || problem == MT_LOST_DISK)
		return await_recorder(tracer, slot) ? MT_LOST_NOTHING : problem;
	return problem;
}

/* All records of a piece are committed, so nobody writes there again. */
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

/* Under RLIMIT_AS: maps the next piece, and unmaps pieces that are finished. */
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

static uint32_t make_mapping(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t signals;
	if (tracer->sealed)
		return MT_LOST_SEALED;
	if (!lock(tracer, &signals, LOCK_TRIES))
		return MT_LOST_BUSY;
	int done = is_mapped(tracer, slot) || map_more(tracer, slot);
	unlock(tracer, &signals);
	return done ? MT_LOST_NOTHING : MT_LOST_PATH;
}

int mt_make_room(struct mt_tracer *tracer, uint64_t slot)
{
	/* After the first loss nothing more is recorded: a gap would look like a call that never returned. */
	uint32_t problem = tracer->header->lost_reason;
	if (!problem && !has_room(tracer, slot))
		problem = make_file_room(tracer, slot);
	if (!problem && !is_mapped(tracer, slot))
		problem = make_mapping(tracer, slot);
	if (!problem)
		return 1;
	mt_count_lost(tracer, problem);
	return 0;
}

void mt_release_drained(struct mt_tracer *tracer)
{
	uint64_t drained = __atomic_load_n(&tracer->header->drained, __ATOMIC_ACQUIRE) & ~(RELEASE_SLOTS - 1);
	uint64_t signals;
	if (drained <= tracer->released || !lock(tracer, &signals, LOCK_NO_WAIT))
		return;
	/* The header lies before slot 0 in the same mapping and stays mapped. */
	if (drained > tracer->released && drained <= tracer->mapped) {
		unmap_slots(tracer, tracer->released, drained);
		tracer->released = drained;
	}
	unlock(tracer, &signals);
}

void mt_populate_ahead(struct mt_tracer *tracer, uint64_t slot)
{
	uint64_t from = slot + MT_POPULATED_SLOTS, to = from + MT_POPULATED_SLOTS;
	if (has_room(tracer, to) && is_mapped(tracer, to)) /* EINVAL before Linux 5.14: then pages fault in one by one */
		mt_sys3(MT_NR_madvise, (long)(tracer->base + from * MT_RECORD_SIZE),
			(long)(MT_POPULATED_SLOTS * MT_RECORD_SIZE), MT_MADV_POPULATE_WRITE);
}

void mt_unmap_unused(struct mt_tracer *tracer)
{
	uint64_t signals;
	if (tracer->sealed || !lock(tracer, &signals, LOCK_TRIES))
		return;
	/* Keeps the cursor's piece and the next: other threads may reserve slots there before they see the new watermark. */
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
