/* Maps the tool's region and keeps thread ids and the count of lost records. */
#include "journal/tracer.h"

#define REGION 0x200000000000ull     /* far from where the kernel places mappings by itself */
#define REGION_STEP 0x40000000000ull /* 4 TiB between two candidate addresses */
#define REGION_TRIES 8

struct mt_config mt_config;

static __thread uint32_t cached_tid __attribute__((tls_model("initial-exec")));

uint32_t mt_tid(struct mt_tracer *tracer)
{
	/* A vfork child runs on its parent's thread-local storage, so the cache may hold the other one's id. */
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

void mt_count_lost(struct mt_tracer *tracer, uint32_t reason)
{
	uint32_t nothing = MT_LOST_NOTHING;
	__atomic_compare_exchange_n(&tracer->header->lost_reason, &nothing, reason, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	__atomic_fetch_add(&tracer->header->lost, 1, __ATOMIC_RELAXED);
}

/* Kernels before 4.17 ignore MAP_FIXED_NOREPLACE and take the address as a hint. */
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
			return 0; /* Linux before 4.14: a forked child could not tell that it has no journal */
		}
		mt_config.tracer = (struct mt_tracer *)got;
		mt_config.tool_base = at;
		/* Exactly what is mapped: a program that maps at random addresses may get the page after it. */
		mt_config.tool_length = MT_JOURNAL_OFFSET + mt_slots_to_bytes(MT_SLOTS_MAX);
		return 1;
	}
	return 0;
}
