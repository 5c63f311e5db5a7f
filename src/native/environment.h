/* The two environment variables through which the tool travels: taken out at start, put back at exec. */
#ifndef MAPTRAIL_ENVIRONMENT_H
#define MAPTRAIL_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

#define MT_ENV_DIRECTORY "MAPTRAIL_HOOK=" /* the journal directory */
#define MT_ENV_PRELOAD "LD_PRELOAD="
#define MT_LIBRARY_IN_DIRECTORY "/$LIB/maptrail.so" /* glibc expands $LIB; for musl there is a folder of that name */

/* Takes both out of envp, in place; copies the directory and returns its length, 0 when there is none. */
size_t mt_environment_clean(char **envp, char *directory, size_t room);

/* Whether envp already names a journal directory: then another recorder is at work behind this exec. */
int mt_environment_taken(char **envp);

/* Bytes that mt_environment_carry needs. */
size_t mt_environment_size(char **envp, const char *directory);

/* Writes a copy of envp with both variables into memory and returns it. envp may be null. */
char **mt_environment_carry(void *memory, char **envp, const char *directory);

#endif
