/* The sites of a library, kept in the journal directory for the next process that loads it. */
#ifndef MAPTRAIL_SITE_CACHE_H
#define MAPTRAIL_SITE_CACHE_H

#include "patch/library.h"

/* Fills in the library's sites; 0 when the cache has none, or the library has no build id. */
int mt_site_cache_load(struct mt_library *library);
void mt_site_cache_save(const struct mt_library *library);

#endif
