/* A library as the loader mapped it into this process: the tables that finding sites needs. */
#ifndef MAPTRAIL_ELF_IMAGE_H
#define MAPTRAIL_ELF_IMAGE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

struct mt_image {
	const char *path; /* as the loader names it */
	const uint8_t *base;
	const uint8_t *text; /* its one executable segment, or the first of them */
	size_t text_bytes;
	const uint8_t *build_id;
	size_t build_id_bytes;
	const uint8_t *unwind; /* .eh_frame_hdr, or null */
	size_t unwind_bytes;
	const Elf64_Sym *symbols;
	const char *strings;
	uint32_t symbol_count;
};

/* Fills image from the mapping at base; 0 when that is not an ELF image. */
int mt_image_read(struct mt_image *image, const uint8_t *base, const Elf64_Dyn *dynamic, const char *path);

/* The dynamic symbol `name` that the image defines, or 0. */
const uint8_t *mt_image_symbol(const struct mt_image *image, const char *name);

/* The start of the function around `at`: an address known to begin an instruction; 0 when none is known. */
const uint8_t *mt_image_function(const struct mt_image *image, const uint8_t *at);

/* Bytes from base to the end of the last segment. */
size_t mt_image_span(const uint8_t *base);

#endif
