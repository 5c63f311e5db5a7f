/* Allocating and mapping the journal's file under the limits that the program set. */
#include "journal/file.h"

uint64_t mt_soft_limit(int which)
{
	uint64_t limit[2] = { ~0ull, ~0ull };
	mt_sys4(MT_NR_prlimit64, 0, which, 0, (long)limit);
	return limit[0];
}

uint32_t mt_file_allocate(int fd, uint64_t from, uint64_t to)
{
	if (to > mt_soft_limit(MT_RLIMIT_FSIZE))
		return MT_LOST_LIMIT; /* a write beyond it raises SIGXFSZ in the program */
	long result;
	do
		result = mt_sys4(MT_NR_fallocate, fd, 0, (long)from, (long)(to - from));
	while (result == -MT_EINTR);
	if (result == -MT_EOPNOTSUPP || result == -MT_ENOSYS) {
		static const char zeros[4096];
		for (result = 0; from < to && result >= 0; from += 4096)
			result = mt_sys4(MT_NR_pwrite64, fd, (long)zeros, 4096, (long)from);
	}
	return mt_failed(result) ? MT_LOST_DISK : MT_LOST_NOTHING;
}

int mt_file_map(uint64_t at, uint64_t bytes, int fd, uint64_t offset)
{
	if (mt_failed(mt_map_at(at, bytes, MT_PROT_READ | MT_PROT_WRITE, MT_MAP_SHARED | MT_MAP_NORESERVE, fd, offset)))
		return 0;
	mt_sys3(MT_NR_madvise, (long)at, (long)bytes, MT_MADV_DONTFORK);
	mt_sys3(MT_NR_madvise, (long)at, (long)bytes, MT_MADV_DONTDUMP);
	return 1;
}
