/* Includes the processor's own header; patch/stubs.h does the same for the stubs. */
#ifndef MAPTRAIL_ARCH_H
#define MAPTRAIL_ARCH_H

#if defined(__x86_64__)
#include "arch-x86_64.h"
#else
#error "maptrail records x86-64 programs; this architecture has no arch-NAME.h yet"
#endif

#endif
