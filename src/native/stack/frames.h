/* The frames of one walk. */
#ifndef MAPTRAIL_FRAMES_H
#define MAPTRAIL_FRAMES_H

#include "stack/known-stacks.h"
#include "stack/walk.h"

/* Walks to the end of the stack and returns why it ends (enum mt_end). `mode` is enum mt_stacks; `memo` may be null. */
uint32_t mt_walk_frames(struct mt_walk *walk, uint32_t mode, struct mt_memo *memo);

#endif
