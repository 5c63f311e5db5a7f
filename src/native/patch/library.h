/* A loaded library that is being patched. */
#ifndef MAPTRAIL_LIBRARY_H
#define MAPTRAIL_LIBRARY_H

#include "patch/scan/elf-image.h"
#include "patch/scan/sites.h"

struct mt_library {
	struct mt_image image;
	struct mt_site sites[MT_SITES_MAX];
	int count;
	int from_cache; /* the sites were found by an earlier process */
};

#endif
