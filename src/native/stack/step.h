/* The step from a frame to its caller's. Each returns 0, or why there is no caller (enum mt_end). */
#ifndef MAPTRAIL_STEP_H
#define MAPTRAIL_STEP_H

#include "stack/walk.h"

uint32_t mt_step(struct mt_walk *walk, uint64_t rule);

/* From the site of the call to the return address of the function around it. */
uint32_t mt_step_from_site(struct mt_walk *walk);

/* By frame pointer, where no table says better; `otherwise` when rbp is none. */
uint32_t mt_step_by_frame_pointer(struct mt_walk *walk, uint32_t otherwise);

#endif
