/* The stub of one site. */
#ifndef MAPTRAIL_MAKE_STUB_H
#define MAPTRAIL_MAKE_STUB_H

#include "patch/scan/sites.h"

/*
 * Fills in the code of the stub that will be placed at `stub`, and the jump to it for the site.
 * `code` holds the empty stub. 0 when the two are more than 2 GiB apart.
 */
int mt_make_stub(const struct mt_image *image, const struct mt_site *site, const uint8_t *stub, uint8_t *code, uint8_t *jump);

#endif
