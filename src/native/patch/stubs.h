/* The stubs that patched sites jump to, the site of each, and what they call. */
#ifndef MAPTRAIL_STUBS_H
#define MAPTRAIL_STUBS_H

#include "patch/scan/sites.h"

#if defined(__x86_64__)
#include "patch/stubs-x86_64.h"
#else
#error "this architecture has no stubs-NAME.h yet"
#endif

/* A patched site, by its stub's number. */
struct mt_patched_site {
	uint64_t resume; /* address after the site, where the program continues */
	uint16_t nr;     /* the system call, or MT_NR_ANY */
	uint16_t depth;  /* bytes from the stack pointer at the site to the return address; MT_DEPTH_UNKNOWN */
	uint8_t shape;   /* enum mt_shape */
};

extern struct mt_patched_site mt_patched_sites[MT_STUB_COUNT] __attribute__((visibility("hidden")));

static inline const struct mt_patched_site *mt_site_of(const struct mt_frame *frame)
{
	return &mt_patched_sites[frame->stub & (MT_STUB_COUNT - 1)];
}

/*
 * What the stubs call: mt_dispatch at every site, and mt_child_made in a parent after its inline clone. Each sets
 * frame->resume. The hook defines them: this is where patched code enters it.
 */
void mt_dispatch(struct mt_frame *frame) __attribute__((visibility("hidden")));
void mt_child_made(struct mt_frame *frame) __attribute__((visibility("hidden")));

#endif
