/* LD_PRELOAD and MAPTRAIL_HOOK in an envp array. The program's own LD_PRELOAD is kept behind ours and restored unchanged. */
#include "exec/environment.h"

#include "bytes.h"

/* What follows "LD_PRELOAD=DIRECTORY/$LIB/maptrail.so": "", or ":" and the program's own list; null in another entry. */
static char *after_ours(char *entry, const char *directory)
{
	char *at = entry + sizeof MT_ENV_PRELOAD - 1;
	if (!mt_starts_with(entry, MT_ENV_PRELOAD) || !mt_starts_with(at, directory))
		return 0;
	at += mt_length(directory);
	if (!mt_starts_with(at, MT_LIBRARY_IN_DIRECTORY))
		return 0;
	at += sizeof MT_LIBRARY_IN_DIRECTORY - 1;
	return *at == 0 || *at == ':' ? at : 0;
}

/* Also zeroes the entry's text, which /proc/PID/environ shows. */
static void remove_entry(char **entry)
{
	mt_zero(*entry, mt_length(*entry));
	do
		entry[0] = entry[1];
	while (*entry++);
}

size_t mt_environment_clean(char **envp, char *directory, size_t room)
{
	size_t length = 0;
	for (char **entry = envp; *entry; entry++)
		if (mt_starts_with(*entry, MT_ENV_DIRECTORY)) {
			const char *value = *entry + sizeof MT_ENV_DIRECTORY - 1;
			length = mt_length(value);
			if (length + 1 > room)
				return 0;
			mt_copy(directory, value, length + 1);
			remove_entry(entry);
			break;
		}
	if (!length)
		return 0;
	for (char **entry = envp; *entry; entry++) {
		char *rest = after_ours(*entry, directory);
		if (!rest)
			continue;
		if (*rest == ':') { /* the program's own list moves to the front */
			char *value = *entry + sizeof MT_ENV_PRELOAD - 1;
			size_t own = mt_length(rest + 1), old = mt_length(value);
			mt_copy(value, rest + 1, own);
			mt_zero(value + own, old - own);
		} else {
			remove_entry(entry);
		}
		break;
	}
	return length;
}

int mt_environment_taken(char **envp)
{
	for (; envp && *envp; envp++)
		if (mt_starts_with(*envp, MT_ENV_DIRECTORY))
			return 1;
	return 0;
}

static const char *own_preload(char **envp)
{
	for (; envp && *envp; envp++)
		if (mt_starts_with(*envp, MT_ENV_PRELOAD))
			return *envp + sizeof MT_ENV_PRELOAD - 1;
	return 0;
}

size_t mt_environment_size(char **envp, const char *directory)
{
	const char *own = own_preload(envp);
	size_t entries = 3;
	for (; envp && *envp; envp++)
		entries++;
	return entries * sizeof *envp + mt_length(directory) * 2 + sizeof MT_ENV_DIRECTORY + sizeof MT_ENV_PRELOAD +
	       sizeof MT_LIBRARY_IN_DIRECTORY + (own ? mt_length(own) + 1 : 0) + 8;
}

char **mt_environment_carry(void *memory, char **envp, const char *directory)
{
	char **carried = memory;
	size_t count = 0;
	const char *own = own_preload(envp);
	for (; envp && envp[count]; count++)
		carried[count] = envp[count];

	char *preload = (char *)(carried + count + 3);
	char *end = mt_put(mt_put(mt_put(preload, MT_ENV_PRELOAD), directory), MT_LIBRARY_IN_DIRECTORY);
	if (own)
		end = mt_put(mt_put(end, ":"), own);
	*end++ = 0;
	char *where = end;
	*mt_put(mt_put(where, MT_ENV_DIRECTORY), directory) = 0;

	size_t at = 0;
	while (at < count && !mt_starts_with(carried[at], MT_ENV_PRELOAD))
		at++;
	carried[at] = preload; /* replaces the program's own entry, or goes to the end */
	if (at == count)
		count++;
	carried[count++] = where;
	carried[count] = 0;
	return carried;
}
