/* Chooses the architecture's own file. A new architecture brings arch-NAME.h, stubs-NAME.S, decode-NAME.c and sites-NAME.c. */
#ifndef MAPTRAIL_ARCH_H
#define MAPTRAIL_ARCH_H

#if defined(__x86_64__)
#include "arch-x86_64.h"
#else
#error "maptrail records x86-64 programs; this architecture has no arch-NAME.h yet"
#endif

#endif
