/* The bounds of the stack that a walk may read. They grow as the walk reads further out. */
#ifndef MAPTRAIL_BOUNDS_H
#define MAPTRAIL_BOUNDS_H

#include "journal/tracer.h"

#define MT_MOVED_AWAY 1u  /* the walk went on to another stretch of memory */
#define MT_MOVED_BEGIN 2u /* nothing was cached for this stretch before */

struct mt_bounds {
	uint64_t low, high;
	uint64_t start;       /* `high` where it began */
	uint32_t is_cachable; /* may be kept for the thread's next walk */
	uint32_t moved;       /* MT_MOVED_ bits */
};

/* `here` is an address on the current stack that was just written to, so its page can be read. */
void mt_bounds_begin(struct mt_bounds *bounds, const struct mt_tracer *tracer, uint64_t here);

/* Keeps the bounds for the thread's next walk. */
void mt_bounds_keep(const struct mt_bounds *bounds);

/* Makes the bounds include `at`; 0 when it cannot be read. */
int mt_bounds_extend(struct mt_bounds *bounds, uint64_t at);

/* Reads an aligned word of the stack; 0 when it cannot be read. */
static inline int mt_bounds_read(struct mt_bounds *bounds, uint64_t at, uint64_t *word)
{
	if (__builtin_expect((at & 7) != 0, 0))
		return 0;
	if (__builtin_expect(at - bounds->low >= bounds->high - bounds->low, 0) && !mt_bounds_extend(bounds, at))
		return 0;
	*word = *(const uint64_t *)at;
	return 1;
}

#endif
