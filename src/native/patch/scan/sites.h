/* Finds the system call instructions of a library that are to be recorded, and how each can be patched. */
#ifndef MAPTRAIL_SITES_H
#define MAPTRAIL_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "patch/scan/elf-image.h"

enum mt_shape {
	MT_SHAPE_NUMBER = 1,  /* mov $nr,%eax [moved instructions] syscall: the mov is overwritten */
	MT_SHAPE_MOVED = 2,   /* [instructions of five bytes or more] syscall: these are moved, and overwritten */
	MT_SHAPE_BEFORE = 3,  /* mov $nr,%reg some way before a call that never returns: overwritten, the call itself runs unpatched */
	MT_SHAPE_UNKNOWN = 15 /* cannot be patched */
};

#define MT_SITE_MOVED_MAX 16

struct mt_site {
	uint32_t patch;    /* offset from the image's base of the instruction that is overwritten */
	uint32_t resume;   /* offset to continue at */
	uint16_t nr;       /* MT_NR_ANY: libc's syscall() */
	uint8_t shape;     /* enum mt_shape */
	uint8_t moved;     /* bytes of instructions that the stub runs in place of the site */
	uint16_t depth;    /* bytes from the stack pointer at the site to the return address; MT_DEPTH_UNKNOWN */
	uint16_t reserved;
};

#define MT_SITES_MAX 48
#define MT_NR_ANY 0xffffu
#define MT_DEPTH_UNKNOWN 0xffffu

/* Finds the sites by decoding; returns how many, at most room. */
int mt_sites_scan(const struct mt_image *image, struct mt_site *sites, int room);

/* Whether the bytes at a site are what its shape says: checked before each patch, so that a wrong cache does no harm. */
int mt_site_holds(const struct mt_image *image, const struct mt_site *site);

#endif
