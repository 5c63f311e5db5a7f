/* The two environment variables that load the hook: removed when the program starts, added again at exec. */
#ifndef MAPTRAIL_ENVIRONMENT_H
#define MAPTRAIL_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

#define MT_ENV_DIRECTORY "MAPTRAIL_HOOK=" /* the journal directory */
#define MT_ENV_PRELOAD "LD_PRELOAD="
#define MT_LIBRARY_IN_DIRECTORY "/$LIB/maptrail.so" /* glibc expands $LIB; for musl the directory has a folder of that name */

/* Removes both from envp in place. Copies the journal directory out and returns its length; 0: there is none, or no room. */
size_t mt_environment_clean(char **envp, char *directory, size_t room);

/* Whether envp already names a journal directory: then the program to run is another recorder's. */
int mt_environment_taken(char **envp);

/* Bytes that mt_environment_carry needs. */
size_t mt_environment_size(char **envp, const char *directory);

/* Writes a copy of envp with both variables into memory and returns it. envp may be null. */
char **mt_environment_carry(void *memory, char **envp, const char *directory);

#endif
