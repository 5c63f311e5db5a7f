/* Reads a mapped image: program headers, dynamic section, build id, unwind table. Never opens a file. */
#include "patch/scan/elf-image.h"

#include "bytes.h"

#ifndef DT_GNU_HASH
#define DT_GNU_HASH 0x6ffffef5
#endif

#define NEAR_BYTES 1024 /* most functions are smaller */

/* Only the hash tables say how many symbols there are. */
static uint32_t count_symbols(const uint32_t *sysv_hash, const uint32_t *gnu_hash)
{
	if (sysv_hash)
		return sysv_hash[1];
	if (!gnu_hash)
		return 0;
	uint32_t bucket_count = gnu_hash[0], first = gnu_hash[1], bloom_words = gnu_hash[2];
	const uint32_t *buckets = gnu_hash + 4 + bloom_words * 2;
	const uint32_t *chain = buckets + bucket_count;
	uint32_t last = 0;
	for (uint32_t i = 0; i < bucket_count; i++)
		if (buckets[i] > last)
			last = buckets[i];
	if (last < first)
		return first;
	while (!(chain[last - first] & 1))
		last++;
	return last + 1;
}

/* glibc's loader relocates the addresses in the dynamic section in place, musl's does not. */
static const void *dynamic_address(const uint8_t *base, uint64_t value)
{
	return (const void *)(value < (uint64_t)base ? (uint64_t)base + value : value);
}

static void read_dynamic(struct mt_image *image, const Elf64_Dyn *dynamic)
{
	const uint32_t *sysv = 0, *gnu = 0;
	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		const void *address = dynamic_address(image->base, dynamic->d_un.d_ptr);
		if (dynamic->d_tag == DT_SYMTAB)
			image->symbols = address;
		else if (dynamic->d_tag == DT_STRTAB)
			image->strings = address;
		else if (dynamic->d_tag == DT_HASH)
			sysv = address;
		else if (dynamic->d_tag == DT_GNU_HASH)
			gnu = address;
	}
	if (image->symbols && image->strings)
		image->symbol_count = count_symbols(sysv, gnu);
}

static void read_notes(struct mt_image *image, const uint8_t *note, size_t bytes)
{
	const uint8_t *end = note + bytes;
	while (note + sizeof(Elf64_Nhdr) <= end) {
		const Elf64_Nhdr *header = (const Elf64_Nhdr *)note;
		const uint8_t *name = note + sizeof *header;
		const uint8_t *description = name + ((header->n_namesz + 3u) & ~3u);
		if (header->n_type == NT_GNU_BUILD_ID && header->n_namesz == 4 && mt_same(name, "GNU", 4)) {
			image->build_id = description;
			image->build_id_bytes = header->n_descsz;
			return;
		}
		note = description + ((header->n_descsz + 3u) & ~3u);
	}
}

int mt_image_read(struct mt_image *image, const uint8_t *base, const Elf64_Dyn *dynamic, const char *path)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
	mt_zero(image, sizeof *image);
	if (!mt_same(base, ELFMAG, SELFMAG) || header->e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	image->path = path;
	image->base = base;
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(base + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++, segment++) {
		const uint8_t *at = base + segment->p_vaddr;
		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) && !image->text) {
			image->text = at;
			image->text_bytes = segment->p_filesz;
		} else if (segment->p_type == PT_NOTE && !image->build_id) {
			read_notes(image, at, segment->p_memsz);
		} else if (segment->p_type == PT_GNU_EH_FRAME) {
			image->unwind = at;
			image->unwind_bytes = segment->p_memsz;
		}
	}
	if (dynamic)
		read_dynamic(image, dynamic);
	return image->text != 0;
}

size_t mt_image_span(const uint8_t *base)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(base + header->e_phoff);
	size_t span = 0;
	for (int i = 0; i < header->e_phnum; i++, segment++)
		if (segment->p_type == PT_LOAD && segment->p_vaddr + segment->p_memsz > span)
			span = segment->p_vaddr + segment->p_memsz;
	return (span + 4095) & ~(size_t)4095;
}

const uint8_t *mt_image_symbol(const struct mt_image *image, const char *name)
{
	size_t bytes = mt_length(name) + 1;
	for (uint32_t i = 0; i < image->symbol_count; i++) {
		const Elf64_Sym *symbol = &image->symbols[i];
		if (symbol->st_shndx != SHN_UNDEF && symbol->st_value && mt_same(image->strings + symbol->st_name, name, bytes))
			return image->base + symbol->st_value;
	}
	return 0;
}

/* .eh_frame_hdr's sorted table of (function start, entry), both relative to the header. LSB core, "Exception frames". */
static const uint8_t *function_by_unwind(const struct mt_image *image, const uint8_t *at)
{
	const uint8_t *header = image->unwind;
	if (!header || image->unwind_bytes < 20 || header[0] != 1 || header[1] != 0x1b || header[2] != 0x03 || header[3] != 0x3b)
		return 0;
	uint32_t count = *(const uint32_t *)(header + 8);
	const int32_t *table = (const int32_t *)(header + 12);
	int64_t wanted = at - header;
	uint32_t low = 0, high = count;
	if (12 + (size_t)count * 8 > image->unwind_bytes)
		return 0;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (table[middle * 2] <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? header + table[(low - 1) * 2] : 0;
}

static const uint8_t *function_by_symbol(const struct mt_image *image, const uint8_t *at)
{
	const uint8_t *best = 0;
	for (uint32_t i = 0; i < image->symbol_count; i++) {
		const Elf64_Sym *symbol = &image->symbols[i];
		const uint8_t *start = image->base + symbol->st_value;
		if ((symbol->st_info & 15) == STT_FUNC && symbol->st_shndx != SHN_UNDEF && start <= at && start > best)
			best = start;
	}
	return best;
}

const uint8_t *mt_image_function(const struct mt_image *image, const uint8_t *at)
{
	const uint8_t *start = function_by_unwind(image, at);
	if (start && at - start < NEAR_BYTES)
		return start;
	/* musl has unwind entries for a few functions only: the nearest one may be another function's */
	const uint8_t *named = function_by_symbol(image, at);
	return named > start ? named : start;
}
