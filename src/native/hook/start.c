/* The constructor of the hook's library: opens the journal, patches, and reads the first maps. */
#define _GNU_SOURCE /* types of the loader's list only */
#include <link.h>

#include "bytes.h"
#include "exec/environment.h"
#include "hook/observe.h"
#include "journal/open.h"
#include "journal/proc-text.h"
#include "journal/text.h"
#include "patch/patch.h"
#include "patch/scan/elf-image.h"
#include "stack/create.h"
#include "stack/space/modules.h"

#define ARGV_MAX 64 /* arguments that are kept */

extern const uint8_t __ehdr_start[] __attribute__((visibility("hidden")));

/* The list of loaded libraries and the environment, by the names that the two libcs give them; absent ones are null. */
extern struct r_debug _r_debug __attribute__((weak));
extern struct r_debug *_dl_debug_addr __attribute__((weak));
extern char **__environ __attribute__((weak));

static void emit_program(struct mt_tracer *tracer, char **argv)
{
	static const uint64_t seed[2];
	struct mt_text_writer text;
	mt_emit_link(tracer, "/proc/self/exe", MT_TOPIC_EXE, seed);
	mt_text_begin(&text, tracer, MT_TOPIC_ARGV, 0);
	for (int count = 0; *argv && count < ARGV_MAX; argv++, count++)
		mt_text_add(&text, *argv, mt_length(*argv) + 1);
	mt_text_end(&text, *argv ? MT_TEXT_CUT : 0);
}

static struct link_map *loaded_modules(void)
{
	if (&_r_debug)
		return _r_debug.r_map;
	return &_dl_debug_addr && _dl_debug_addr ? _dl_debug_addr->r_map : 0;
}

/* The first maps are also the walker's first list of modules. */
static void observe_first_maps(struct mt_tracer *tracer)
{
	int is_reading = mt_modules_begin(tracer);
	mt_observe_maps(tracer, MT_MOMENT_START, is_reading ? mt_modules_read_text : 0);
	if (is_reading)
		mt_modules_end();
}

/*
 * glibc calls constructors with argc, argv and envp; musl without arguments, but it has set __environ
 * by then. With -z initfirst, glibc runs this constructor before those of all other libraries.
 */
__attribute__((constructor)) static void start(int argc, char **argv, char **envp)
{
	(void)argc;
	if (!&_r_debug) {
		envp = &__environ ? __environ : 0;
		if (!envp)
			return;
		argv = envp - 1; /* the null that ends argv; argc is right before argv's first entry */
		for (uint64_t count = 0; (uint64_t)argv[-1] != count; count++)
			argv--;
	}
	mt_config.directory_bytes = (uint32_t)mt_environment_clean(envp, mt_config.directory, MT_DIRECTORY_MAX);
	if (!mt_config.directory_bytes || !mt_tracer_create())
		return;
	struct mt_tracer *tracer = mt_config.tracer;
	mt_config.library_base = (uint64_t)__ehdr_start;
	mt_config.library_length = mt_image_span(__ehdr_start);
	mt_stack_create((uint64_t)(argv - 1));
	if (!mt_journal_open(tracer, 0)) {
		mt_config.tracer = 0;
		return;
	}
	emit_program(tracer, argv);
	mt_patch_all(tracer, loaded_modules());
	observe_first_maps(tracer);
}
