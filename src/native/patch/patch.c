/*
 * Patches the system call sites of libc and the loader. Runs in the constructor, before the program
 * has other threads, so no thread can be inside a site while it is rewritten.
 */
#define _GNU_SOURCE /* struct link_map: a type only */
#include "patch/patch.h"

#include <link.h>

#include "bytes.h"
#include "calls.h"
#include "patch/coverage.h"
#include "patch/library.h"
#include "patch/make-stub.h"
#include "patch/site-cache.h"
#include "patch/stubs.h"

struct code_writer {
	int mem;           /* /proc/self/mem, or negative */
	uint32_t features; /* MT_FEATURE_WROTE_ bits: how code was written */
};

static const char *base_name(const char *path)
{
	const char *base = path;
	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

/* libc, the loader, and libpthread, which is a library of its own before glibc 2.34. */
static int makes_calls(const char *path)
{
	const char *base = base_name(path);
	return mt_starts_with(base, "libc.so") || mt_starts_with(base, "libc-2.") || mt_starts_with(base, "libc.musl") ||
	       mt_starts_with(base, "ld-") || mt_starts_with(base, "ld.so") || mt_starts_with(base, "ld64.so") ||
	       mt_starts_with(base, "libpthread");
}

/*
 * /proc/self/mem writes to read-only code without changing any mapping. Without /proc, mprotect has
 * to make the page writable, which splits the text's mapping in the program's maps.
 */
static int write_code(struct code_writer *writer, uint8_t *at, const uint8_t *bytes, size_t count)
{
	if (writer->mem >= 0 && mt_sys4(MT_NR_pwrite64, writer->mem, (long)bytes, (long)count, (long)at) == (long)count) {
		writer->features |= MT_FEATURE_WROTE_MEM;
		return 1;
	}
	uint64_t first = (uint64_t)at & ~4095ull;
	uint64_t length = (((uint64_t)at + count + 4095) & ~4095ull) - first;
	if (mt_failed(mt_sys3(MT_NR_mprotect, (long)first, (long)length, MT_PROT_READ | MT_PROT_WRITE | MT_PROT_EXEC)))
		return 0;
	mt_copy(at, bytes, count);
	mt_sys3(MT_NR_mprotect, (long)first, (long)length, MT_PROT_READ | MT_PROT_EXEC);
	writer->features |= MT_FEATURE_WROTE_PROTECT;
	return 1;
}

/* Fills `code` with the stub for a site and `jump` with the jump to it. Returns null, or why that is impossible. */
static const char *prepare_site(const struct mt_image *image, const struct mt_site *site, int number, uint8_t *code,
				uint8_t *jump)
{
	uint8_t *stub = (uint8_t *)mt_stubs[number];
	struct mt_patched_site *patched = &mt_patched_sites[number];

	mt_copy(code, stub, MT_STUB_BYTES);
	if (!mt_make_stub(image, site, stub, code, jump))
		return "too far from the stubs";
	patched->resume = (uint64_t)(image->base + site->resume);
	patched->nr = site->nr;
	patched->shape = site->shape;
	patched->depth = site->depth;
	return 0;
}

static void find_sites(struct mt_library *library)
{
	if (mt_site_cache_load(library))
		return;
	library->from_cache = 0;
	library->count = mt_sites_scan(&library->image, library->sites, MT_SITES_MAX);
	mt_site_cache_save(library);
}

/* Writes all stubs of a library first, then the jumps to them. Returns the next free stub. */
static int patch_library(struct code_writer *writer, struct mt_library *library, int number, struct mt_text_writer *text)
{
	uint8_t code[MT_STUB_COUNT][MT_STUB_BYTES], jumps[MT_STUB_COUNT][MT_JUMP_BYTES];
	const char *problems[MT_SITES_MAX];
	int first = number;

	mt_coverage_library(text, library);
	for (int i = 0; i < library->count; i++) {
		const struct mt_site *site = &library->sites[i];
		problems[i] = "a shape that cannot be patched";
		if (site->nr != MT_NR_ANY && !mt_call_name(site->nr))
			continue; /* from a damaged cache */
		if (number >= MT_STUB_COUNT)
			problems[i] = "more sites than stubs";
		else if (mt_site_holds(&library->image, site)) {
			problems[i] = prepare_site(&library->image, site, number, code[number], jumps[number]);
			number += !problems[i];
		}
	}
	int written = number == first ||
		write_code(writer, (uint8_t *)mt_stubs[first], code[first], (size_t)(number - first) * MT_STUB_BYTES);
	for (int i = 0, next = first; i < library->count; i++) {
		const struct mt_site *site = &library->sites[i];
		if (site->nr != MT_NR_ANY && !mt_call_name(site->nr))
			continue;
		if (!problems[i]) {
			if (!written)
				problems[i] = "the stub cannot be written";
			else if (!write_code(writer, (uint8_t *)library->image.base + site->patch, jumps[next], MT_JUMP_BYTES))
				problems[i] = "the code cannot be written";
			next++;
		}
		mt_coverage_site(text, site, problems[i]);
	}
	mt_coverage_missing(text, library);
	return number;
}

void mt_patch_all(struct mt_tracer *tracer, struct link_map *libraries)
{
	struct code_writer writer = { mt_open("/proc/self/mem", MT_O_RDWR, 0), 0 };
	struct mt_text_writer text;
	struct mt_library library;
	int number = 0;

	mt_text_begin(&text, tracer, MT_TOPIC_COVERAGE, 0);
	for (; libraries; libraries = libraries->l_next) {
		if (!makes_calls(libraries->l_name) || !libraries->l_addr)
			continue;
		if (!mt_image_read(&library.image, (const uint8_t *)libraries->l_addr, libraries->l_ld, libraries->l_name))
			continue;
		find_sites(&library);
		number = patch_library(&writer, &library, number, &text);
	}
	tracer->header->features |= writer.features; /* before the text is complete: its reader looks at the features, too */
	mt_text_end(&text, 0);
	if (writer.mem >= 0)
		mt_close(writer.mem);
}
