/* Copying, comparing and formatting without libc. The build keeps gcc from turning these loops into calls of memset or memcpy. */
#ifndef MAPTRAIL_BYTES_H
#define MAPTRAIL_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void mt_copy(void *to, const void *from, size_t bytes)
{
	char *t = to;
	const char *f = from;
	while (bytes--)
		*t++ = *f++;
}

static inline void mt_zero(void *to, size_t bytes)
{
	char *t = to;
	while (bytes--)
		*t++ = 0;
}

static inline int mt_same(const void *a, const void *b, size_t bytes)
{
	const char *x = a, *y = b;
	while (bytes--)
		if (*x++ != *y++)
			return 0;
	return 1;
}

static inline size_t mt_length(const char *text)
{
	size_t n = 0;
	while (text[n])
		n++;
	return n;
}

static inline int mt_starts_with(const char *text, const char *start)
{
	while (*start)
		if (*text++ != *start++)
			return 0;
	return 1;
}

/* Each of these appends to `to` and returns the new end; the caller makes sure that there is room. */
static inline char *mt_put(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	return to;
}

static inline char *mt_put_decimal(char *to, uint64_t value)
{
	char digits[20];
	int n = 0;
	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		*to++ = digits[--n];
	return to;
}

static inline char *mt_put_hex(char *to, uint64_t value)
{
	char digits[16];
	int n = 0;
	do
		digits[n++] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	while (n)
		*to++ = digits[--n];
	return to;
}

/* Two digits a byte. */
static inline char *mt_put_hex_bytes(char *to, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		*to++ = "0123456789abcdef"[bytes[i] >> 4];
		*to++ = "0123456789abcdef"[bytes[i] & 15];
	}
	return to;
}

#endif
