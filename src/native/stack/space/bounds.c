/*
 * Finds the bounds of the thread's readable stack page by page. Each thread asks the kernel once
 * for a page and caches the answer until a call may have taken stack memory away (invalidate.c).
 */
#include "stack/space/bounds.h"

#include "stack/space/readable.h"
#include "stack/space/watched.h"

#define PAGE 4096ull
#define CACHED_PAGES_MAX 255

/* The bounds of the last walk: first page << 19 | pages << 11 | low bits of lost_stacks. */
static __thread uint64_t cached __attribute__((tls_model("initial-exec")));

static uint64_t generation(const struct mt_space *space)
{
	return __atomic_load_n(&space->lost_stacks, __ATOMIC_RELAXED) & 0x7ff;
}

void mt_bounds_begin(struct mt_bounds *bounds, const struct mt_tracer *tracer, uint64_t here)
{
	const struct mt_space *space = mt_space;
	uint64_t known = cached;
	uint64_t low = known >> 19 << 12, bytes = (known >> 11 & 0xff) * PAGE;
	/* A child that shares this thread-local storage could overwrite `cached` between two of its uses. */
	bounds->is_cachable = !__atomic_load_n(&tracer->shared, __ATOMIC_RELAXED);
	bounds->moved = 0;
	if (here - space->stack_low < space->stack_high - space->stack_low) {
		bounds->low = space->stack_low;
		bounds->high = space->stack_high;
		bounds->is_cachable = 0;
	} else if (here - low < bytes && (known & 0x7ff) == generation(space) && bounds->is_cachable) {
		bounds->low = low;
		bounds->high = low + bytes;
	} else {
		bounds->low = here & ~(PAGE - 1);
		bounds->high = bounds->low + PAGE;
		bounds->moved = MT_MOVED_BEGIN; /* worth keeping even if it grows no further */
	}
	bounds->start = bounds->high;
}

void mt_bounds_keep(const struct mt_bounds *bounds)
{
	uint64_t pages = (bounds->high - bounds->low) / PAGE;
	if (!bounds->is_cachable || (bounds->moved & MT_MOVED_AWAY) || (bounds->high == bounds->start && !bounds->moved))
		return;
	if (pages > CACHED_PAGES_MAX)
		return;
	mt_watch(mt_space, bounds->low, bounds->high);
	cached = bounds->low >> 12 << 19 | pages << 11 | generation(mt_space);
}

int mt_bounds_extend(struct mt_bounds *bounds, uint64_t at)
{
	uint64_t page = at & ~(PAGE - 1);
	mt_watch(mt_space, page, page + PAGE); /* before the check, so that an munmap after it is noticed */
	if (at >= MT_TOP_OF_USER || !mt_is_readable_page(at))
		return 0;
	if (page == bounds->high && !(bounds->moved & MT_MOVED_AWAY)) {
		bounds->high += PAGE;
	} else {
		/* Another stack, or the far side of a large frame: keeps the bounds so far and starts anew. */
		mt_bounds_keep(bounds);
		bounds->low = page;
		bounds->high = page + PAGE;
		bounds->moved |= MT_MOVED_AWAY;
	}
	return 1;
}
