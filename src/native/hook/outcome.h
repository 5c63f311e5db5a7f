/* How the program continues once the hook has dealt with a call. */
#ifndef MAPTRAIL_OUTCOME_H
#define MAPTRAIL_OUTCOME_H

enum mt_outcome {
	MT_MADE,        /* the call was made and its result is in frame->nr: continue after the site */
	MT_INLINE,      /* the stub makes the call, on the caller's own stack */
	MT_INLINE_AFTER /* the same, then the parent calls mt_child_made */
};

#endif
