/* Opening, growing and windowing a journal. Everything here is rare; mt_draw in journal.h is the way of each call. */
#include "journal.h"

#define REGION 0x200000000000ull      /* far from where kernels place mappings by themselves */
#define REGION_STEP 0x40000000000ull  /* 4 TiB: the next place to try */
#define REGION_TRIES 8
#define JOURNAL_OFFSET 0x400000ull    /* of header and slots in the region; before it lie the tables of modules.c */
#define SLOTS_MAX (1ull << 33)        /* 1 TiB of address space at once; page tables only where it is used */
#define PIECE_SLOTS 4096ull           /* 512 KiB at a time where address space is limited */
#define FIRST_SLOTS 512ull
#define GROWTH_MAX 65536ull
#define LOCK_YIELDS 200
#define LOCK_PATIENCE 20000 /* half a millisecond each: some ten seconds */
#define LOCK_AT_ONCE 0
#define RELEASE_SLOTS (1ull << 19) /* 64 MiB */
#define AWAIT_TICKS 600000000ull   /* some 200 ms */

struct mt_config mt_config;

static __thread uint32_t cached_tid __attribute__((tls_model("initial-exec")));

uint32_t mt_tid(struct mt_tracer *tracer)
{
	/* A vfork child has its parent's thread-local storage, so the cache would name the parent. */
	if (__atomic_load_n(&tracer->shared, __ATOMIC_RELAXED))
		return tracer->sealed ? 0 : (uint32_t)mt_sys0(MT_NR_gettid);
	if (!cached_tid && !tracer->sealed)
		cached_tid = (uint32_t)mt_sys0(MT_NR_gettid);
	return cached_tid;
}

void mt_tid_forget(void)
{
	cached_tid = 0;
}

void mt_lose(struct mt_tracer *tracer, uint32_t reason)
{
	uint32_t nothing = MT_LOST_NOTHING;
	__atomic_compare_exchange_n(&tracer->header->lost_reason, &nothing, reason, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	__atomic_fetch_add(&tracer->header->lost, 1, __ATOMIC_RELAXED);
}

/* Kernels before 4.17 take the flag for a mere hint. */
long mt_map_at(uint64_t at, uint64_t length, int prot, int flags, int fd, uint64_t offset)
{
	long got = mt_sys6(MT_NR_mmap, (long)at, (long)length, prot, flags | MT_MAP_FIXED_NOREPLACE, fd, (long)offset);
	if (!mt_failed(got) && (uint64_t)got != at) {
		mt_sys2(MT_NR_munmap, got, (long)length);
		return -MT_EEXIST;
	}
	return got;
}

int mt_tracer_create(void)
{
	uint64_t at = REGION;
	uint64_t length = (sizeof(struct mt_tracer) + 4095) & ~4095ull;
	for (int i = 0; i < REGION_TRIES; i++, at += REGION_STEP) {
		long got = mt_map_at(at, length, MT_PROT_READ | MT_PROT_WRITE, MT_MAP_PRIVATE | MT_MAP_ANONYMOUS, -1, 0);
		if (mt_failed(got))
			continue;
		if (mt_failed(mt_sys3(MT_NR_madvise, got, (long)length, MT_MADV_WIPEONFORK))) {
			mt_sys2(MT_NR_munmap, got, (long)length);
			return 0; /* before Linux 4.14 a child could not be told from its parent */
		}
		mt_config.tracer = (struct mt_tracer *)got;
		mt_config.tool_base = at;
		/* No more than is mapped: programs that place their memory at random come near. */
		mt_config.tool_length = JOURNAL_OFFSET + MT_HEADER_SIZE + SLOTS_MAX * MT_RECORD_SIZE;
		return 1;
	}
	return 0;
}

static uint64_t soft_limit(int which)
{
	uint64_t limit[2] = { ~0ull, ~0ull };
	mt_sys4(MT_NR_prlimit64, 0, which, 0, (long)limit);
	return limit[0];
}

/* Gives the file room for bytes [from, to): a write into a mapping must never meet a full disk. */
static uint32_t allocate(int fd, uint64_t from, uint64_t to)
{
	if (to > soft_limit(MT_RLIMIT_FSIZE))
		return MT_LOST_LIMIT; /* fallocate would raise SIGXFSZ in the program */
	long result;
	do
		result = mt_sys4(MT_NR_fallocate, fd, 0, (long)from, (long)(to - from));
	while (result == -MT_EINTR);
	if (result == -MT_EOPNOTSUPP || result == -MT_ENOSYS) {
		static const char zeros[4096];
		for (result = 0; from < to && result >= 0; from += 4096)
			result = mt_sys4(MT_NR_pwrite64, fd, (long)zeros, 4096, (long)from);
	}
	return mt_failed(result) ? MT_LOST_DISK : MT_LOST_NOTHING;
}

static uint64_t slots_to_bytes(uint64_t slots)
{
	return MT_HEADER_SIZE + slots * MT_RECORD_SIZE;
}

/* Under a small RLIMIT_FSIZE the recorder gives a new journal its room; it looks every few milliseconds. */
static uint32_t await_room(int fd)
{
	const int64_t millisecond[2] = { 0, 1000000 };
	struct {
		uint64_t words[18];
	} stat;
	for (int i = 0; i < 300; i++) {
		if (!mt_failed(mt_sys2(MT_NR_fstat, fd, (long)&stat)) && stat.words[6] >= slots_to_bytes(FIRST_SLOTS))
			return MT_LOST_NOTHING;
		mt_sys2(MT_NR_nanosleep, (long)millisecond, 0);
	}
	return MT_LOST_LIMIT;
}

static void name_journal(struct mt_tracer *tracer, uint64_t ticks)
{
	char *end = mt_put(tracer->file, mt_config.directory);
	end = mt_put_decimal(mt_put(end, "/"), tracer->pid);
	end = mt_put_hex(mt_put(end, "-"), ticks);
	*mt_put(end, ".mtj") = 0;
}

/* Part of the file, at its place behind the tool's base. */
static int map_part(uint64_t at, uint64_t bytes, int fd, uint64_t offset)
{
	if (mt_failed(mt_map_at(at, bytes, MT_PROT_READ | MT_PROT_WRITE, MT_MAP_SHARED | MT_MAP_NORESERVE, fd, offset)))
		return 0;
	mt_sys3(MT_NR_madvise, (long)at, (long)bytes, MT_MADV_DONTFORK);
	mt_sys3(MT_NR_madvise, (long)at, (long)bytes, MT_MADV_DONTDUMP);
	return 1;
}

/*
 * Maps the header and as many slots as may ever be needed: later the file may be
 * out of reach. Under a limit on address space it is one piece at a time.
 */
static struct mt_header *map_first(struct mt_tracer *tracer, int fd)
{
	uint64_t at = mt_config.tool_base + JOURNAL_OFFSET;
	uint64_t slots = soft_limit(MT_RLIMIT_AS) == ~0ull ? SLOTS_MAX : PIECE_SLOTS;
	for (; slots >= PIECE_SLOTS; slots /= 16)
		if (map_part(at, slots_to_bytes(slots), fd, 0)) {
			tracer->base = at + MT_HEADER_SIZE;
			tracer->mapped = slots;
			tracer->released = 0;
			return (struct mt_header *)at;
		}
	return 0;
}

static void fill_header(struct mt_tracer *tracer, struct mt_header *header, uint32_t features)
{
	header->version = MT_VERSION;
	header->header_size = MT_HEADER_SIZE;
	header->record_size = MT_RECORD_SIZE;
	header->page_size = 4096;
	header->arch = MT_ARCH;
	header->features = features;
	header->pid = tracer->pid;
	header->ppid = (uint32_t)mt_sys0(MT_NR_getppid);
	header->tid = mt_tid(tracer);
	if (features & MT_FEATURE_FORKED) {
		header->parent_pid = mt_config.parent_pid;
		header->parent_open_tsc = mt_config.parent_open_tsc;
	}
	mt_clock_pair(&header->tsc_open, &header->mono_open);
	header->real_open = mt_clock(MT_CLOCK_REALTIME);
	header->tool_base = mt_config.tool_base;
	header->tool_length = mt_config.tool_length;
	header->library_base = mt_config.library_base;
	header->library_length = mt_config.library_length;
	header->stacks = mt_config.stacks;
	header->limit = FIRST_SLOTS;
	__atomic_store_n(&header->magic, MT_MAGIC, __ATOMIC_RELEASE);
}

int mt_journal_open(struct mt_tracer *tracer, uint32_t features)
{
	mt_tid_forget();
	tracer->pid = (uint32_t)mt_sys0(MT_NR_getpid);
	name_journal(tracer, mt_ticks());
	int fd = mt_open(tracer->file, MT_O_RDWR | MT_O_CREAT | MT_O_EXCL | MT_O_NOFOLLOW, 0600);
	if (mt_failed(fd))
		return 0;
	uint32_t problem = allocate(fd, 0, slots_to_bytes(FIRST_SLOTS));
	if (problem == MT_LOST_LIMIT)
		problem = await_room(fd);
	struct mt_header *header = problem ? 0 : map_first(tracer, fd);
	mt_close(fd);
	if (!header)
		return 0;
	fill_header(tracer, header, features);
	mt_config.parent_pid = tracer->pid;
	mt_config.parent_open_tsc = header->tsc_open;
	tracer->header = header;
	__atomic_store_n(&tracer->ready, 1, __ATOMIC_RELEASE);
	return 1;
}

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
	while ((problem = allocate(fd, slots_to_bytes(limit), slots_to_bytes(wanted))) == MT_LOST_DISK) {
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
	for (uint64_t i = 0; i < PIECE_SLOTS; i++)
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
	uint64_t from = tracer->mapped, to = (slot / PIECE_SLOTS + 1) * PIECE_SLOTS;
	int done = map_part(tracer->base + from * MT_RECORD_SIZE, (to - from) * MT_RECORD_SIZE, fd, slots_to_bytes(from));
	mt_close(fd);
	if (!done)
		return 0;
	__atomic_store_n(&tracer->mapped, to, __ATOMIC_RELEASE);
	while (tracer->released + PIECE_SLOTS < from && is_finished(tracer, tracer->released)) {
		unmap_slots(tracer, tracer->released, tracer->released + PIECE_SLOTS);
		tracer->released += PIECE_SLOTS;
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
	uint64_t keep = (cursor / PIECE_SLOTS + 2) * PIECE_SLOTS, mapped = tracer->mapped;
	if (keep < mapped) {
		__atomic_store_n(&tracer->mapped, keep, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&tracer->header->cursor, __ATOMIC_SEQ_CST) + PIECE_SLOTS / 2 < keep)
			unmap_slots(tracer, keep, mapped);
		else
			__atomic_store_n(&tracer->mapped, mapped, __ATOMIC_RELEASE);
	}
	unlock(tracer, &signals);
}
