/* The list of modules, read from /proc/self/maps. */
#include "stack/space/modules.h"

#include "bytes.h"
#include "stack/space/module-image.h"
#include "stack/space/watched.h"

struct mt_module *mt_module_at(struct mt_space *space, uint64_t pc)
{
	uint32_t count = __atomic_load_n(&space->module_count, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *module = &space->modules[i];
		if (pc - module->start < module->end - module->start && __atomic_load_n(&module->alive, __ATOMIC_ACQUIRE))
			return module;
	}
	return 0;
}

static void add_module(struct mt_space *space, const struct mt_module *seen, const char *path)
{
	uint32_t count = space->module_count;
	for (uint32_t i = 0; i < count; i++) {
		struct mt_module *known = &space->modules[i];
		if (known->start != seen->start || known->offset != seen->offset || known->inode != seen->inode ||
		    known->dev != seen->dev || !mt_same(space->paths + known->path, path, mt_length(path) + 1))
			continue;
		known->end = seen->end;
		__atomic_store_n(&known->alive, 1, __ATOMIC_RELEASE);
		return;
	}
	size_t bytes = mt_length(path) + 1;
	if (count == MT_MODULES_MAX || space->path_bytes + bytes > MT_PATH_BYTES)
		return;
	struct mt_module *module = &space->modules[count];
	*module = *seen;
	module->path = space->path_bytes;
	mt_copy(space->paths + module->path, path, bytes);
	space->path_bytes += (uint32_t)bytes;
	if (module->head || !module->inode)
		mt_module_read(module);
	else
		mt_module_borrow(space, module);
	mt_watch(space, module->start, module->end);
	module->alive = 1;
	__atomic_store_n(&space->module_count, count + 1, __ATOMIC_RELEASE);
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
static void read_line(struct mt_space *space, const char *at)
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
		space->stack_low = seen.start;
		space->stack_high = seen.end;
	}
	if (!seen.inode && !is_vdso)
		return;
	if (!seen.offset) {
		space->head = seen.start;
		space->head_inode = seen.inode;
		space->head_dev = seen.dev;
	}
	if (!is_code)
		return;
	seen.head = space->head_inode == seen.inode && space->head_dev == seen.dev ? space->head : 0;
	add_module(space, &seen, at);
}

/* One reader at a time. In a forked child, reader_pid may name a thread of its parent, which does not exist here. */
int mt_modules_begin(struct mt_tracer *tracer)
{
	struct mt_space *space = mt_space;
	if (!space)
		return 0;
	uint32_t holder = __atomic_load_n(&space->reader_pid, __ATOMIC_ACQUIRE);
	if (holder == tracer->pid ||
	    !__atomic_compare_exchange_n(&space->reader_pid, &holder, tracer->pid, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return 0;
	space->line_bytes = 0;
	space->head = space->head_inode = 0;
	space->seen = __atomic_load_n(&space->mapped, __ATOMIC_ACQUIRE);
	return 1;
}

void mt_modules_read_text(const char *text, size_t bytes)
{
	struct mt_space *space = mt_space;
	const char *end = text + bytes;
	while (text < end) {
		const char *stop = text;
		while (stop < end && *stop != '\n')
			stop++;
		for (const char *at = text; at < stop && space->line_bytes < MT_LINE_MAX - 1; at++)
			space->line[space->line_bytes++] = *at;
		if (stop < end) {
			space->line[space->line_bytes] = 0;
			space->line_bytes = 0;
			read_line(space, space->line);
		}
		text = stop + 1;
	}
}

void mt_modules_end(void)
{
	__atomic_store_n(&mt_space->reader_pid, 0, __ATOMIC_RELEASE);
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
			mt_modules_read_text(text, (size_t)got);
		mt_close(fd);
	}
	mt_modules_end();
}
