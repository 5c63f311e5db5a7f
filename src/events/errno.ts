/** Error numbers of Linux (asm-generic, which x86-64 and aarch64 share) and their names. */

/** From 1 on; `-` marks a number that is not in use. */
const names = `EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES
EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP -
ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO
EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM
EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX
ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL
ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN
ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON`.split(/\s+/);

const numbers = new Map(names.map((name, i) => [name, i + 1]));
numbers.delete("-");
numbers.set("EWOULDBLOCK", 11).set("EDEADLOCK", 35).set("ENOTSUP", 95);

/** The error numbers that the model of the address space uses. */
export const errnos = {
  perm: 1,
  badFile: 9,
  noMemory: 12,
  access: 13,
  fault: 14,
  exists: 17,
  noDevice: 19,
  invalid: 22,
  overflow: 75,
  notSupported: 95,
} as const;

/** The largest error number that a result can carry (MAX_ERRNO, include/linux/err.h). */
export const maxErrno = 4095;

/** The name of error `number`, or its number as text where it has none. */
export function errnoName(number: number): string {
  const name = names[number - 1];
  return name === undefined || name === "-" ? String(number) : name;
}

export function errnoNumber(name: string): number | undefined {
  return numbers.get(name.toUpperCase());
}

/** The error number in a raw result, or 0 when the call worked. */
export function errnoOf(result: number): number {
  return result < 0 && result >= -maxErrno ? -result : 0;
}
