/* Invalidates by address range. `watched` filters out nearly all calls: few ranges hold a module or a stack. */
#include "stack/space/invalidate.h"

#include "stack/space/watched.h"

#define MADV_GUARD_INSTALL 102
#define MREMAP_FIXED 2
#define SHM_REMAP 040000
#define BRK_BYTES (8ull << 20) /* taken as freed above a new break; the old one is not known here */

/* Forgets modules and stack bounds that overlap the range; 1 when it may have held any. */
static int drop(struct mt_space *space, uint64_t from, uint64_t bytes)
{
	uint64_t to = from + bytes;
	if (!bytes || to < from || !mt_is_watched(space, from, to))
		return 0;
	__atomic_fetch_add(&space->lost_stacks, 1, __ATOMIC_SEQ_CST);
	if (from < space->stack_high && to > space->stack_low)
		space->stack_low = space->stack_high;
	uint32_t count = __atomic_load_n(&space->module_count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *module = &space->modules[i];
		if (!module->alive || from >= module->end || to <= module->start)
			continue;
		__atomic_store_n(&module->alive, 0, __ATOMIC_RELEASE);
		__atomic_fetch_add(&space->mapped, 1, __ATOMIC_RELEASE); /* should the call fail, the module is found again */
	}
	return 1;
}

int mt_invalidate_before(const struct mt_tracer *tracer, const uint64_t args[6], uint16_t kind)
{
	struct mt_space *space = mt_space;
	if (!space || tracer->header->stacks == MT_STACKS_NONE)
		return 0;
	switch (kind) {
	case MT_KIND_MUNMAP:
		return drop(space, args[0], args[1]);
	case MT_KIND_MREMAP:
		return drop(space, args[0], args[1]) | (args[3] & MREMAP_FIXED ? drop(space, args[4], args[2]) : 0);
	case MT_KIND_MMAP:
		return args[3] & MT_MAP_FIXED ? drop(space, args[0], args[1]) : 0;
	case MT_KIND_MPROTECT:
		return args[2] & MT_PROT_READ ? 0 : drop(space, args[0], args[1]);
	case MT_KIND_PKEY_MPROTECT:
		return drop(space, args[0], args[1]);
	case MT_KIND_BRK:
		return args[0] ? drop(space, args[0], BRK_BYTES) : 0;
	case MT_KIND_MADVISE:
		return args[2] == MADV_GUARD_INSTALL ? drop(space, args[0], args[1]) : 0;
	case MT_KIND_SHMAT:
		if (!(args[2] & SHM_REMAP))
			return 0;
		/* fall through */
	case MT_KIND_SHMDT: /* the segment's length is not known here */
		__atomic_fetch_add(&space->lost_stacks, 1, __ATOMIC_SEQ_CST);
		return 1;
	default:
		return 0;
	}
}

void mt_invalidate_after(const uint64_t args[6], uint16_t kind)
{
	if (mt_space && kind == MT_KIND_MMAP && (args[2] & MT_PROT_EXEC) && !(args[3] & MT_MAP_ANONYMOUS))
		__atomic_fetch_add(&mt_space->mapped, 1, __ATOMIC_RELEASE);
}
