/* What the hook's parts share: frames, and records of a call's begin and end. */
#ifndef MAPTRAIL_HOOK_H
#define MAPTRAIL_HOOK_H

#include "journal.h"
#include "patch.h"
#include "text.h"

static inline const struct mt_live_site *mt_site_of(const struct mt_frame *frame)
{
	return &mt_live_sites[frame->slot & (MT_STUB_COUNT - 1)];
}

/* Leaves the call to the stub, on the caller's own stack. */
static inline enum mt_way mt_go_inline(struct mt_frame *frame, unsigned offset)
{
	frame->slot = (uint64_t)&mt_stubs[frame->slot & (MT_STUB_COUNT - 1)][offset];
	return MT_WAY_INLINE;
}

/* The result stands in the frame; the program goes on behind the site. */
static inline enum mt_way mt_done(struct mt_frame *frame)
{
	frame->slot = mt_site_of(frame)->resume;
	return MT_WAY_DONE;
}

/* Draws a record and fills in all that is known before the call; null when there is no room. */
struct mt_record *mt_begin(struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind, unsigned arguments,
			   uint64_t *slot);

/* Ends a record that mt_begin gave, with the clock as read after the call. */
void mt_end(struct mt_tracer *tracer, struct mt_record *record, long result, uint64_t slot);

/* A record of something that takes no time: whole at once. */
void mt_mark(struct mt_record *record, uint64_t slot, long result);

/* A clock pair and a maps text; moment is enum mt_moment. */
void mt_observe_maps(struct mt_tracer *tracer, uint64_t moment);

/* children.c: clone, vfork and fork. */
enum mt_way mt_make_child(struct mt_tracer *tracer, struct mt_frame *frame);
void mt_free_arenas(struct mt_tracer *tracer, uint32_t tid);

/* exec.c: execve, execveat and exit_group. */
enum mt_way mt_record_exec(struct mt_tracer *tracer, struct mt_frame *frame);
void mt_record_exit(struct mt_tracer *tracer, const struct mt_frame *frame);

#endif
