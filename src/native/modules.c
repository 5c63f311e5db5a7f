/*
 * Which files' code lies where, and where their unwind tables do: read from
 * /proc/self/maps when the process starts, and again when an address is met that
 * belongs to none and something executable was mapped in the meantime.
 */
#include "unwind.h"

#define PAGE 4096ull
/* Near the region's other parts: page tables are memory, too. */
#define UNWIND_OFFSET 0x20000ull
#define IDS_OFFSET 0x100000ull
#define IDS_END 0x400000ull
#define UNWIND_SOON ((offsetof(struct mt_unwind, modules) + PAGE) & ~(PAGE - 1))
#define IDS_SOON (2 * PAGE)
_Static_assert(UNWIND_OFFSET + sizeof(struct mt_unwind) <= MT_ARENA_OFFSET, "the arenas lie behind it");
_Static_assert(IDS_OFFSET + sizeof(struct mt_stack_ids) <= IDS_END, "the journal lies behind it");

static void *map_table(uint64_t at, uint64_t bytes)
{
	long got = mt_map_at(at, (bytes + PAGE - 1) & ~(PAGE - 1), MT_PROT_READ | MT_PROT_WRITE,
			     MT_MAP_PRIVATE | MT_MAP_ANONYMOUS | MT_MAP_NORESERVE, -1, 0);
	return mt_failed(got) ? 0 : (void *)got;
}

/* DIRECTORY/stacks is a symbolic link that names the mode by its first letter. */
static uint32_t wanted_stacks(void)
{
	char name[MT_DIRECTORY_MAX + 16], word[16] = { 0 };
	*mt_put(mt_put(name, mt_config.directory), "/stacks") = 0;
	mt_readlink(name, word, sizeof word - 1);
	switch (word[0]) {
	case 'n':
		return MT_STACKS_NONE;
	case 'c':
		return MT_STACKS_CALLER;
	case 'f':
		return MT_STACKS_FP;
	default:
		return MT_STACKS_UNWIND;
	}
}

void mt_unwind_create(uint64_t initial_sp)
{
	mt_config.stacks = wanted_stacks();
	if (mt_config.stacks == MT_STACKS_NONE)
		return;
	struct mt_unwind *unwind = map_table(mt_config.tool_base + UNWIND_OFFSET, sizeof *unwind);
	struct mt_stack_ids *ids = map_table(mt_config.tool_base + IDS_OFFSET, sizeof *ids);
	if (!unwind || !ids ||
	    mt_failed(mt_sys3(MT_NR_madvise, (long)ids, (long)((sizeof *ids + PAGE - 1) & ~(PAGE - 1)), MT_MADV_WIPEONFORK))) {
		mt_config.stacks = MT_STACKS_NONE;
		return;
	}
	/* What every process uses; before Linux 5.14 the pages come one by one. */
	mt_sys3(MT_NR_madvise, (long)unwind, UNWIND_SOON, MT_MADV_POPULATE_WRITE);
	mt_sys3(MT_NR_madvise, (long)ids, IDS_SOON, MT_MADV_POPULATE_WRITE);
	unwind->initial_sp = initial_sp;
	unwind->mapped = 1;
	mt_config.unwind = unwind;
	mt_config.stack_ids = ids;
}

struct mt_module *mt_module_at(struct mt_unwind *unwind, uint64_t pc)
{
	uint32_t count = __atomic_load_n(&unwind->module_count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *module = &unwind->modules[i];
		if (pc - module->start < module->end - module->start && __atomic_load_n(&module->alive, __ATOMIC_ACQUIRE))
			return module;
	}
	return 0;
}

static void add_module(struct mt_unwind *unwind, const struct mt_module *seen, const char *path)
{
	uint32_t count = unwind->module_count;
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *known = &unwind->modules[i];
		if (known->start != seen->start || known->offset != seen->offset || known->inode != seen->inode ||
		    known->dev != seen->dev || !mt_same(unwind->paths + known->path, path, mt_length(path) + 1))
			continue;
		known->end = seen->end;
		__atomic_store_n(&known->alive, 1, __ATOMIC_RELEASE);
		return;
	}
	size_t bytes = mt_length(path) + 1;
	if (count == MT_MODULES_MAX || unwind->path_bytes + bytes > MT_PATH_ARENA)
		return;
	struct mt_module *module = &unwind->modules[count];
	*module = *seen;
	module->path = unwind->path_bytes;
	mt_copy(unwind->paths + module->path, path, bytes);
	unwind->path_bytes += (uint32_t)bytes;
	if (module->head || !module->inode)
		mt_module_read(module);
	else
		mt_module_borrow(unwind, module);
	mt_watch(unwind, module->start, module->end);
	module->alive = 1;
	__atomic_store_n(&unwind->module_count, count + 1, __ATOMIC_RELEASE);
}

static uint64_t take_number(const char **at, unsigned base)
{
	uint64_t value = 0;
	for (;; (*at)++) {
		char c = **at;
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
		if (digit >= base)
			return value;
		value = value * base + digit;
	}
}

/* START-END rwxp OFFSET MAJOR:MINOR INODE   PATH */
static void read_line(struct mt_unwind *unwind, const char *at)
{
	struct mt_module seen = { 0 };
	seen.start = take_number(&at, 16);
	at++;
	seen.end = take_number(&at, 16);
	int is_code = at[0] == ' ' && at[3] == 'x';
	at += 6;
	seen.offset = take_number(&at, 16);
	at++;
	seen.dev = (uint32_t)take_number(&at, 16) << 20;
	at++;
	seen.dev |= (uint32_t)take_number(&at, 16);
	at++;
	seen.inode = take_number(&at, 10);
	while (*at == ' ')
		at++;
	int is_vdso = mt_starts_with(at, "[vdso]");
	if (mt_starts_with(at, "[stack]")) {
		unwind->stack_low = seen.start;
		unwind->stack_high = seen.end;
	}
	if (!seen.inode && !is_vdso)
		return;
	if (!seen.offset) {
		unwind->head = seen.start;
		unwind->head_inode = seen.inode;
		unwind->head_dev = seen.dev;
	}
	if (!is_code)
		return;
	seen.head = unwind->head_inode == seen.inode && unwind->head_dev == seen.dev ? unwind->head : 0;
	add_module(unwind, &seen, at);
}

/* One reader at a time. A forked child may find its parent's other thread to be the reader: that one is not here. */
int mt_modules_begin(struct mt_tracer *tracer)
{
	struct mt_unwind *unwind = mt_config.unwind;
	if (!unwind)
		return 0;
	uint32_t holder = __atomic_load_n(&unwind->reader_pid, __ATOMIC_ACQUIRE);
	if (holder == tracer->pid ||
	    !__atomic_compare_exchange_n(&unwind->reader_pid, &holder, tracer->pid, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return 0;
	unwind->line_bytes = 0;
	unwind->head = unwind->head_inode = 0;
	unwind->seen = __atomic_load_n(&unwind->mapped, __ATOMIC_ACQUIRE);
	return 1;
}

/* A line that lies in two pieces of the text is put together; most lie in one, and few are of interest. */
void mt_modules_feed(const char *text, size_t bytes)
{
	struct mt_unwind *unwind = mt_config.unwind;
	const char *end = text + bytes;
	while (text < end) {
		const char *stop = text;
		while (stop < end && *stop != '\n')
			stop++;
		for (const char *at = text; at < stop && unwind->line_bytes < MT_LINE_MAX - 1; at++)
			unwind->line[unwind->line_bytes++] = *at;
		if (stop < end) {
			unwind->line[unwind->line_bytes] = 0;
			unwind->line_bytes = 0;
			read_line(unwind, unwind->line);
		}
		text = stop + 1;
	}
}

void mt_modules_end(void)
{
	__atomic_store_n(&mt_config.unwind->reader_pid, 0, __ATOMIC_RELEASE);
}

void mt_modules_refresh(struct mt_tracer *tracer)
{
	char text[4096];
	long got;
	if (tracer->sealed || !mt_modules_begin(tracer))
		return;
	int fd = mt_open("/proc/self/maps", MT_O_RDONLY, 0);
	if (!mt_failed(fd)) {
		while ((got = mt_read(fd, text, sizeof text)) > 0)
			mt_modules_feed(text, (size_t)got);
		mt_close(fd);
	}
	mt_modules_end();
}
