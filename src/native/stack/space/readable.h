/* Whether memory can be read, without touching it. */
#ifndef MAPTRAIL_READABLE_H
#define MAPTRAIL_READABLE_H

#include <stdint.h>

#define MT_TOP_OF_USER (1ull << 47)

/* Any address. */
int mt_is_readable_page(uint64_t at);

/* An address in an unwind table; remembers the answer for the page. */
int mt_is_table_page(uint64_t at);

#endif
