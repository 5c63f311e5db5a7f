/*
 * The launcher's own journal, which says what is to run and why it may not be recorded, as the hook
 * does for any other exec.
 */
#ifndef MAPTRAIL_EXEC_JOURNAL_H
#define MAPTRAIL_EXEC_JOURNAL_H

#include <stdint.h>

/* Takes a first clock pair. The recorder derives the time stamp counter's rate from it and the journal's. */
void exec_journal_calibrate(void);

/* Saves a new journal with one exec. `argv` may be null; `target` is a set of MT_TARGET_ bits. */
void exec_journal_save(const char *directory, const char *path, char **argv, uint32_t target);

/* Saves it again with the exec's failure; `problem` is errno. */
void exec_journal_save_failure(const char *directory, int problem);

/* Whether an exec was tried and saved. */
int exec_journal_is_saved(void);

#endif
