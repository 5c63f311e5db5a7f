/** Files between a program and the kernel in every stack: libc, the loader, the hook. Their frames are folded. */

/** glibc 2.33 and older keep threads and timers apart; musl's loader is its libc. */
const libraryNames =
  /^(?:libc|libpthread|librt|libdl|libm|ld|libc\.musl-[\w-]+|ld-musl-[\w-]+|ld-linux(?:-[\w-]+)?|libmvec)(?:-\d+\.\d+(?:\.\d+)?)?\.so(?:\.\d+)*$/;

/** The hook as maps name it. */
const hookName = "maptrail.so";

/** Whether a file is one of those, by the last part of its path. `[vdso]` is the kernel's. */
export function isQuietModule(path: string): boolean {
  const bare = path.replace(/ \(deleted\)$/, "");
  const name = bare.slice(bare.lastIndexOf("/") + 1);
  return bare === "[vdso]" || libraryNames.test(name) || name === hookName;
}
