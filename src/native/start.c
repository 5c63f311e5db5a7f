/* The constructor: finds its way from the environment, opens the journal, patches, and reads the first maps. */
#define _GNU_SOURCE /* types of the loader's list only */
#include <link.h>

#include "environment.h"
#include "hook.h"
#include "unwind.h"

extern const uint8_t __ehdr_start[] __attribute__((visibility("hidden")));

/* The loaders' own names for their list of libraries and for the environment; absent ones are null. */
extern struct r_debug _r_debug __attribute__((weak));
extern struct r_debug *_dl_debug_addr __attribute__((weak));
extern char **__environ __attribute__((weak));

static void tell_start(struct mt_tracer *tracer, char **argv)
{
	static const uint64_t seed[2];
	struct mt_text_writer text;
	mt_text_link(tracer, "/proc/self/exe", MT_TOPIC_EXE, seed);
	mt_text_begin(&text, tracer, MT_TOPIC_ARGV, 0);
	for (int told = 0; *argv && told < 64; argv++, told++)
		mt_text_add(&text, *argv, mt_length(*argv) + 1);
	mt_text_end(&text, *argv ? MT_TEXT_CUT : 0);
}

static struct link_map *loaded_modules(void)
{
	if (&_r_debug)
		return _r_debug.r_map;
	return &_dl_debug_addr && _dl_debug_addr ? _dl_debug_addr->r_map : 0;
}

/*
 * glibc calls constructors with argc, argv and envp; musl calls them with nothing,
 * but has set __environ by then. -z initfirst has glibc run this one before all others.
 */
__attribute__((constructor)) static void start(int argc, char **argv, char **envp)
{
	(void)argc;
	if (!&_r_debug) {
		envp = &__environ ? __environ : 0;
		if (!envp)
			return;
		argv = envp - 1; /* argv's closing null; argc stands before its first entry */
		for (uint64_t count = 0; (uint64_t)argv[-1] != count; count++)
			argv--;
	}
	mt_config.directory_bytes = (uint32_t)mt_environment_clean(envp, mt_config.directory, MT_DIRECTORY_MAX);
	if (!mt_config.directory_bytes || !mt_tracer_create())
		return;
	struct mt_tracer *tracer = mt_config.tracer;
	mt_config.library_base = (uint64_t)__ehdr_start;
	mt_config.library_length = mt_image_span(__ehdr_start);
	mt_unwind_create((uint64_t)(argv - 1));
	if (!mt_journal_open(tracer, 0)) {
		mt_config.tracer = 0;
		return;
	}
	tell_start(tracer, argv);
	mt_patch_all(tracer, loaded_modules());
	mt_observe_maps(tracer, MT_MOMENT_START);
}
