/* Finds and patches the libraries' sites, and tells the journal which calls are covered. */
#ifndef MAPTRAIL_PATCH_H
#define MAPTRAIL_PATCH_H

#include "journal.h"
#include "sites.h"

/* A patched site, by stub number. */
struct mt_live_site {
	uint64_t resume; /* address behind the site */
	uint16_t nr;
	uint16_t depth;
	uint8_t shape;
};

extern struct mt_live_site mt_live_sites[MT_STUB_COUNT] __attribute__((visibility("hidden")));

/* Patches every library of `modules` (the loader's list) that makes calls for others; writes the coverage text. */
struct link_map;
void mt_patch_all(struct mt_tracer *tracer, struct link_map *modules);

#endif
