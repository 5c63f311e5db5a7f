/* A file of struct mt_site for each build id. Written under another name and renamed, so that no reader sees half of it. */
#include "patch/site-cache.h"

#include "bytes.h"
#include "journal/tracer.h"

/* DIRECTORY/sites/BUILD-ID.2; the number is the version of struct mt_site. */
static int cache_name(char *to, const struct mt_image *image)
{
	if (!image->build_id_bytes || image->build_id_bytes > 32)
		return 0;
	char *end = mt_put(mt_put(to, mt_config.directory), "/sites/");
	end = mt_put_hex_bytes(end, image->build_id, image->build_id_bytes);
	*mt_put(end, ".2") = 0;
	return 1;
}

int mt_site_cache_load(struct mt_library *library)
{
	char name[MT_DIRECTORY_MAX + 128];
	if (!cache_name(name, &library->image))
		return 0;
	int fd = mt_open(name, MT_O_RDONLY, 0);
	if (mt_failed(fd))
		return 0;
	long got = mt_read(fd, library->sites, sizeof library->sites);
	mt_close(fd);
	library->count = got > 0 ? (int)(got / (long)sizeof(struct mt_site)) : 0;
	library->from_cache = 1;
	return library->count > 0;
}

void mt_site_cache_save(const struct mt_library *library)
{
	char name[MT_DIRECTORY_MAX + 128], made[MT_DIRECTORY_MAX + 160];
	if (!library->count || !cache_name(name, &library->image))
		return;
	*mt_put_hex(mt_put(mt_put(made, name), "."), mt_ticks()) = 0;
	int fd = mt_open(made, MT_O_WRONLY | MT_O_CREAT | MT_O_EXCL | MT_O_NOFOLLOW, 0600);
	if (mt_failed(fd))
		return;
	long bytes = library->count * (long)sizeof(struct mt_site);
	int whole = mt_sys4(MT_NR_pwrite64, fd, (long)library->sites, bytes, 0) == bytes;
	mt_close(fd);
	if (whole)
		mt_sys2(MT_NR_rename, (long)made, (long)name);
}
