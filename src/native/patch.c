/*
 * Patches system call sites. Runs in the constructor, before any other code of
 * the program, so no thread can be on its way through a site.
 */
#define _GNU_SOURCE /* struct link_map and r_debug: types only, no call */
#include "patch.h"

#include <link.h>

#include "calls.h"
#include "text.h"

struct mt_live_site mt_live_sites[MT_STUB_COUNT];

struct module {
	struct mt_image image;
	struct mt_site sites[MT_SITES_MAX];
	int count;
	int from_cache;
};

/* How code is written; see write_code. */
struct pen {
	int mem; /* /proc/self/mem, or negative */
	uint32_t features;
};

static const char *base_name(const char *path)
{
	const char *base = path;
	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

/* libc, the loader, and libpthread as it was before glibc 2.34. */
static int makes_calls(const char *path)
{
	const char *base = base_name(path);
	return mt_starts_with(base, "libc.so") || mt_starts_with(base, "libc-2.") || mt_starts_with(base, "libc.musl") ||
	       mt_starts_with(base, "ld-") || mt_starts_with(base, "ld.so") || mt_starts_with(base, "ld64.so") ||
	       mt_starts_with(base, "libpthread");
}

/*
 * Code is written through /proc/self/mem, which leaves the mappings as they are.
 * Without /proc, mprotect does it, at the price of splitting the text's mapping.
 */
static int write_code(struct pen *pen, uint8_t *at, const uint8_t *bytes, size_t count)
{
	if (pen->mem >= 0 && mt_sys4(MT_NR_pwrite64, pen->mem, (long)bytes, (long)count, (long)at) == (long)count) {
		pen->features |= MT_FEATURE_WROTE_MEM;
		return 1;
	}
	uint64_t first = (uint64_t)at & ~4095ull;
	uint64_t length = (((uint64_t)at + count + 4095) & ~4095ull) - first;
	if (mt_failed(mt_sys3(MT_NR_mprotect, (long)first, (long)length, MT_PROT_READ | MT_PROT_WRITE | MT_PROT_EXEC)))
		return 0;
	mt_copy(at, bytes, count);
	mt_sys3(MT_NR_mprotect, (long)first, (long)length, MT_PROT_READ | MT_PROT_EXEC);
	pen->features |= MT_FEATURE_WROTE_PROTECT;
	return 1;
}

/* Prepares the stub for a site in `code` and the jump to it. Returns null, or why not. */
static const char *prepare_site(const struct mt_image *image, const struct mt_site *site, int number, uint8_t *code,
				uint8_t *jump)
{
	uint8_t *stub = (uint8_t *)mt_stubs[number];
	struct mt_live_site *live = &mt_live_sites[number];

	mt_copy(code, stub, MT_STUB_BYTES);
	if (!mt_make_stub(image, site, stub, code, jump))
		return "too far from the stubs";
	live->resume = (uint64_t)(image->base + site->resume);
	live->nr = site->nr;
	live->shape = site->shape;
	live->depth = site->depth;
	return 0;
}

/* DIRECTORY/sites/BUILD-ID: the sites of a library that was scanned before. */
static int cache_name(char *to, const struct mt_image *image, const char *suffix)
{
	if (!image->build_id_bytes || image->build_id_bytes > 32)
		return 0;
	char *end = mt_put(mt_put(to, mt_config.directory), "/sites/");
	for (size_t i = 0; i < image->build_id_bytes; i++) {
		*end++ = "0123456789abcdef"[image->build_id[i] >> 4];
		*end++ = "0123456789abcdef"[image->build_id[i] & 15];
	}
	*mt_put(end, suffix) = 0;
	return 1;
}

static int load_sites(struct module *module)
{
	char name[MT_DIRECTORY_MAX + 128];
	if (!cache_name(name, &module->image, ".2"))
		return 0;
	int fd = mt_open(name, MT_O_RDONLY, 0);
	if (mt_failed(fd))
		return 0;
	long got = mt_read(fd, module->sites, sizeof module->sites);
	mt_close(fd);
	module->count = got > 0 ? (int)(got / (long)sizeof(struct mt_site)) : 0;
	module->from_cache = 1;
	return module->count > 0;
}

static void save_sites(const struct module *module)
{
	char name[MT_DIRECTORY_MAX + 128], made[MT_DIRECTORY_MAX + 160];
	if (!module->count || !cache_name(name, &module->image, ".2"))
		return;
	*mt_put_hex(mt_put(mt_put(made, name), "."), mt_ticks()) = 0;
	int fd = mt_open(made, MT_O_WRONLY | MT_O_CREAT | MT_O_EXCL | MT_O_NOFOLLOW, 0600);
	if (mt_failed(fd))
		return;
	long bytes = module->count * (long)sizeof(struct mt_site);
	int whole = mt_sys4(MT_NR_pwrite64, fd, (long)module->sites, bytes, 0) == bytes;
	mt_close(fd);
	if (whole)
		mt_sys2(MT_NR_rename, (long)made, (long)name);
}

static void find_sites(struct module *module)
{
	if (load_sites(module))
		return;
	module->from_cache = 0;
	module->count = mt_sites_scan(&module->image, module->sites, MT_SITES_MAX);
	save_sites(module);
}

static void tell_module(struct mt_text_writer *text, const struct module *module)
{
	mt_text_word(text, "module ");
	mt_text_hex(text, (uint64_t)module->image.base);
	mt_text_word(text, module->from_cache ? " cache " : " scan ");
	for (size_t i = 0; i < module->image.build_id_bytes; i++) {
		char pair[2] = { "0123456789abcdef"[module->image.build_id[i] >> 4],
				 "0123456789abcdef"[module->image.build_id[i] & 15] };
		mt_text_add(text, pair, 2);
	}
	if (!module->image.build_id_bytes)
		mt_text_word(text, "-");
	mt_text_word(text, " ");
	mt_text_word(text, module->image.path);
	mt_text_word(text, "\n");
}

static void tell_site(struct mt_text_writer *text, const struct mt_site *site, const char *problem)
{
	mt_text_word(text, "site ");
	mt_text_word(text, site->nr == MT_NR_ANY ? "syscall" : mt_call_name(site->nr));
	mt_text_word(text, " ");
	mt_text_hex(text, site->patch);
	mt_text_word(text, problem ? " not " : " patched");
	if (problem)
		mt_text_word(text, problem);
	mt_text_word(text, "\n");
}

/* A call that libc offers by name must have a site in it. */
static void tell_missing(struct mt_text_writer *text, const struct module *module)
{
	static const struct {
		const char *symbol;
		uint16_t nr;
	} wanted[] = {
#define X(name, kind, arguments) { #name, MT_NR_##name },
		MT_MEMORY_CALLS(X)
#undef X
		{ "syscall", MT_NR_ANY },
		{ "execve", MT_NR_execve },
		{ "_exit", MT_NR_exit_group },
		{ "fork", MT_NR_clone },
	};
	if (!mt_image_symbol(&module->image, "malloc"))
		return; /* a loader or libpthread: it has what it needs, and no list of its own */
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		int found = 0;
		for (int j = 0; j < module->count; j++)
			found |= module->sites[j].nr == wanted[i].nr;
		if (found || !mt_image_symbol(&module->image, wanted[i].symbol))
			continue;
		mt_text_word(text, "missing ");
		mt_text_word(text, wanted[i].symbol);
		mt_text_word(text, "\n");
	}
}

/* All stubs of a module are written at once, and only then the jumps to them. */
static int patch_module(struct pen *pen, struct module *module, int number, struct mt_text_writer *text)
{
	uint8_t code[MT_STUB_COUNT][MT_STUB_BYTES], jumps[MT_STUB_COUNT][MT_JUMP_BYTES];
	const char *problems[MT_SITES_MAX];
	int first = number;

	tell_module(text, module);
	for (int i = 0; i < module->count; i++) {
		const struct mt_site *site = &module->sites[i];
		problems[i] = "a shape that cannot be patched";
		if (site->nr != MT_NR_ANY && !mt_call_name(site->nr))
			continue; /* a damaged cache */
		if (number >= MT_STUB_COUNT)
			problems[i] = "more sites than stubs";
		else if (mt_site_holds(&module->image, site)) {
			problems[i] = prepare_site(&module->image, site, number, code[number], jumps[number]);
			number += !problems[i];
		}
	}
	int written = number == first ||
		write_code(pen, (uint8_t *)mt_stubs[first], code[first], (size_t)(number - first) * MT_STUB_BYTES);
	for (int i = 0, next = first; i < module->count; i++) {
		const struct mt_site *site = &module->sites[i];
		if (site->nr != MT_NR_ANY && !mt_call_name(site->nr))
			continue;
		if (!problems[i]) {
			if (!written)
				problems[i] = "the stub cannot be written";
			else if (!write_code(pen, (uint8_t *)module->image.base + site->patch, jumps[next], MT_JUMP_BYTES))
				problems[i] = "the code cannot be written";
			next++;
		}
		tell_site(text, site, problems[i]);
	}
	tell_missing(text, module);
	return number;
}

void mt_patch_all(struct mt_tracer *tracer, struct link_map *modules)
{
	struct pen pen = { mt_open("/proc/self/mem", MT_O_RDWR, 0), 0 };
	struct mt_text_writer text;
	struct module module;
	int number = 0;

	mt_text_begin(&text, tracer, MT_TOPIC_COVERAGE, 0);
	for (; modules; modules = modules->l_next) {
		if (!makes_calls(modules->l_name) || !modules->l_addr)
			continue;
		if (!mt_image_read(&module.image, (const uint8_t *)modules->l_addr, modules->l_ld, modules->l_name))
			continue;
		find_sites(&module);
		number = patch_module(&pen, &module, number, &text);
	}
	tracer->header->features |= pen.features; /* before the text is whole: its reader looks here, too */
	mt_text_end(&text, 0);
	if (pen.mem >= 0)
		mt_close(pen.mem);
}
