/*
 * Which memory may be read while a stack is walked. A page of a stack is asked
 * about once for each thread (the kernel answers without touching anything), and
 * again after any call that may have taken it away.
 */
#include "unwind.h"

#define PAGE 4096ull
#define GRANULE_SHIFT 16
#define WATCHED_BITS (MT_WATCHED_BYTES * 8ull)
#define MOST_GRANULES 256
#define MADV_GUARD_INSTALL 102
#define MREMAP_FIXED 2
#define SHM_REMAP 040000
#define REACHED_PAGES_MAX 255
#define HEAP_REACH (8ull << 20) /* how much a brk may take back without being looked at in full */
#define TOP_OF_USER (1ull << 47)

/* Pages of this thread's stack that can be read: first page << 19 | pages << 11 | low bits of lost_stacks. */
static __thread uint64_t reached __attribute__((tls_model("initial-exec")));

int mt_is_readable_page(uint64_t at)
{
	const struct mt_unwind *unwind = mt_config.unwind;
	if (at >= TOP_OF_USER)
		return 0;
	if (at - unwind->stack_low < unwind->stack_high - unwind->stack_low)
		return 1;
	if (!mt_config.tracer->sealed) /* see is_readable in exec.c */
		return mt_sys4(MT_NR_rt_sigprocmask, -1, (long)(at & ~7ull), 0, 8) == -MT_EINVAL;
	for (uint32_t i = 0; i < unwind->module_count; i++) {
		const struct mt_module *module = &unwind->modules[i];
		if (module->alive && at - module->table.low < module->table.high - module->table.low)
			return 1;
	}
	return 0;
}

int mt_is_table_page(uint64_t at)
{
	struct mt_unwind *unwind = mt_config.unwind;
	uint64_t *known = &unwind->table_pages[at / PAGE % MT_TABLE_PAGES];
	uint64_t page = (at & ~(PAGE - 1)) | (__atomic_load_n(&unwind->mapped, __ATOMIC_RELAXED) & (PAGE - 1));
	if (__atomic_load_n(known, __ATOMIC_RELAXED) == page)
		return 1;
	if (!mt_is_readable_page(at))
		return 0;
	__atomic_store_n(known, page, __ATOMIC_RELAXED);
	return 1;
}

static uint64_t generation(const struct mt_unwind *unwind)
{
	return __atomic_load_n(&unwind->lost_stacks, __ATOMIC_RELAXED) & 0x7ff;
}

/* `here` is an address on the stack that was just written to. */
void mt_reach_begin(struct mt_reach *reach, const struct mt_tracer *tracer, uint64_t here)
{
	const struct mt_unwind *unwind = mt_config.unwind;
	uint64_t known = reached;
	uint64_t low = known >> 19 << 12, bytes = (known >> 11 & 0xff) * PAGE;
	/* Children that share this thread's storage could write half of what another one reads. */
	reach->is_kept = !__atomic_load_n(&tracer->shared, __ATOMIC_RELAXED);
	reach->is_moved = 0;
	if (here - unwind->stack_low < unwind->stack_high - unwind->stack_low) {
		reach->low = unwind->stack_low;
		reach->high = unwind->stack_high;
		reach->is_kept = 0;
	} else if (here - low < bytes && (known & 0x7ff) == generation(unwind) && reach->is_kept) {
		reach->low = low;
		reach->high = low + bytes;
	} else {
		reach->low = here & ~(PAGE - 1);
		reach->high = reach->low + PAGE;
		reach->is_moved = 2; /* worth remembering even if it grows no further */
	}
	reach->start = reach->high;
}

void mt_reach_end(const struct mt_reach *reach)
{
	uint64_t pages = (reach->high - reach->low) / PAGE;
	if (!reach->is_kept || (reach->is_moved & 1) || (reach->high == reach->start && !reach->is_moved))
		return;
	if (pages > REACHED_PAGES_MAX)
		return;
	mt_watch(mt_config.unwind, reach->low, reach->high);
	reached = reach->low >> 12 << 19 | pages << 11 | generation(mt_config.unwind);
}

int mt_reach_extend(struct mt_reach *reach, uint64_t at)
{
	uint64_t page = at & ~(PAGE - 1);
	mt_watch(mt_config.unwind, page, page + PAGE); /* first: from here on it is told when the page goes */
	if (at >= TOP_OF_USER || !mt_is_readable_page(at))
		return 0;
	if (page == reach->high && !(reach->is_moved & 1)) {
		reach->high += PAGE;
	} else {
		/* What was reached so far is remembered; the rest is another stack, or lies behind a large frame. */
		mt_reach_end(reach);
		reach->low = page;
		reach->high = page + PAGE;
		reach->is_moved |= 1;
	}
	return 1;
}

static uint64_t granule_bit(uint64_t granule)
{
	return (granule ^ granule >> 16) & (WATCHED_BITS - 1);
}

void mt_watch(struct mt_unwind *unwind, uint64_t from, uint64_t to)
{
	for (uint64_t granule = from >> GRANULE_SHIFT; granule <= (to - 1) >> GRANULE_SHIFT; granule++) {
		uint64_t bit = granule_bit(granule);
		uint8_t mask = (uint8_t)(1u << (bit & 7));
		if (!(__atomic_load_n(&unwind->watched[bit >> 3], __ATOMIC_RELAXED) & mask))
			__atomic_fetch_or(&unwind->watched[bit >> 3], mask, __ATOMIC_SEQ_CST);
	}
}

static int is_watched(const struct mt_unwind *unwind, uint64_t from, uint64_t to)
{
	uint64_t first = from >> GRANULE_SHIFT, last = (to - 1) >> GRANULE_SHIFT;
	if (last - first >= MOST_GRANULES)
		return 1;
	for (uint64_t granule = first; granule <= last; granule++) {
		uint64_t bit = granule_bit(granule);
		if (__atomic_load_n(&unwind->watched[bit >> 3], __ATOMIC_RELAXED) >> (bit & 7) & 1)
			return 1;
	}
	return 0;
}

/* True when something that is known of lay there. */
static int goes(struct mt_unwind *unwind, uint64_t from, uint64_t bytes)
{
	uint64_t to = from + bytes;
	if (!bytes || to < from || !is_watched(unwind, from, to))
		return 0;
	__atomic_fetch_add(&unwind->lost_stacks, 1, __ATOMIC_SEQ_CST);
	if (from < unwind->stack_high && to > unwind->stack_low)
		unwind->stack_low = unwind->stack_high;
	uint32_t count = __atomic_load_n(&unwind->module_count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *module = &unwind->modules[i];
		if (!module->alive || from >= module->end || to <= module->start)
			continue;
		__atomic_store_n(&module->alive, 0, __ATOMIC_RELEASE);
		__atomic_fetch_add(&unwind->mapped, 1, __ATOMIC_RELEASE); /* the call may fail: then it is found again */
	}
	return 1;
}

int mt_memory_goes(const struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind)
{
	struct mt_unwind *unwind = mt_config.unwind;
	const uint64_t *args = frame->args;
	if (!unwind || tracer->header->stacks == MT_STACKS_NONE)
		return 0;
	switch (kind) {
	case MT_KIND_MUNMAP:
		return goes(unwind, args[0], args[1]);
	case MT_KIND_MREMAP:
		return goes(unwind, args[0], args[1]) | (args[3] & MREMAP_FIXED ? goes(unwind, args[4], args[2]) : 0);
	case MT_KIND_MMAP:
		return args[3] & MT_MAP_FIXED ? goes(unwind, args[0], args[1]) : 0;
	case MT_KIND_MPROTECT:
		return args[2] & MT_PROT_READ ? 0 : goes(unwind, args[0], args[1]);
	case MT_KIND_PKEY_MPROTECT:
		return goes(unwind, args[0], args[1]);
	case MT_KIND_BRK:
		return args[0] ? goes(unwind, args[0], HEAP_REACH) : 0;
	case MT_KIND_MADVISE:
		return args[2] == MADV_GUARD_INSTALL ? goes(unwind, args[0], args[1]) : 0;
	case MT_KIND_SHMAT:
		if (!(args[2] & SHM_REMAP))
			return 0;
		/* fall through */
	case MT_KIND_SHMDT: /* of a length that is not known here */
		__atomic_fetch_add(&unwind->lost_stacks, 1, __ATOMIC_SEQ_CST);
		return 1;
	default:
		return 0;
	}
}

void mt_memory_came(const struct mt_frame *frame, uint16_t kind)
{
	if (mt_config.unwind && kind == MT_KIND_MMAP && (frame->args[2] & MT_PROT_EXEC) && !(frame->args[3] & MT_MAP_ANONYMOUS))
		__atomic_fetch_add(&mt_config.unwind->mapped, 1, __ATOMIC_RELEASE);
}
