/* Calls that make a child: clone, clone3, fork and vfork. */
#ifndef MAPTRAIL_CHILDREN_H
#define MAPTRAIL_CHILDREN_H

#include "hook/outcome.h"
#include "journal/tracer.h"
#include "patch/stubs.h"

enum mt_outcome mt_make_child(struct mt_tracer *tracer, struct mt_frame *frame);

#endif
