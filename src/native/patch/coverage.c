/* Writes the lines of the coverage text. */
#include "patch/coverage.h"

#include "calls.h"

void mt_coverage_library(struct mt_text_writer *text, const struct mt_library *library)
{
	mt_text_word(text, "module ");
	mt_text_hex(text, (uint64_t)library->image.base);
	mt_text_word(text, library->from_cache ? " cache " : " scan ");
	mt_text_hex_bytes(text, library->image.build_id, library->image.build_id_bytes);
	if (!library->image.build_id_bytes)
		mt_text_word(text, "-");
	mt_text_word(text, " ");
	mt_text_word(text, library->image.path);
	mt_text_word(text, "\n");
}

void mt_coverage_site(struct mt_text_writer *text, const struct mt_site *site, const char *problem)
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

void mt_coverage_missing(struct mt_text_writer *text, const struct mt_library *library)
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
	if (!mt_image_symbol(&library->image, "malloc"))
		return; /* a loader or libpthread: it need not make all of these calls */
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		int found = 0;
		for (int j = 0; j < library->count; j++)
			found |= library->sites[j].nr == wanted[i].nr;
		if (found || !mt_image_symbol(&library->image, wanted[i].symbol))
			continue;
		mt_text_word(text, "missing ");
		mt_text_word(text, wanted[i].symbol);
		mt_text_word(text, "\n");
	}
}
