/* Patches the sites of all loaded libraries and emits the coverage text. */
#ifndef MAPTRAIL_PATCH_H
#define MAPTRAIL_PATCH_H

#include "journal/tracer.h"

struct link_map;

/* `libraries` is the loader's list. */
void mt_patch_all(struct mt_tracer *tracer, struct link_map *libraries);

#endif
