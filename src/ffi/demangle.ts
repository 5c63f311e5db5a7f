/** C++ names through libstdc++'s own demangler, where the library is installed. A crafted name may crash the process. */
import koffi from "koffi";

/** Nested names take the demangler's stack, a few hundred bytes a character. */
const longestName = 4096;

export type Demangle = (name: string) => string | undefined;

/** A function that returns undefined for anything but a mangled C++ name; undefined without libstdc++. */
export function openDemangler(): Demangle | undefined {
  let demangle: (name: string, buffer: null, lengthBytes: null, status: number[]) => bigint | null;
  let free: (pointer: bigint) => void;
  try {
    const library = koffi.load("libstdc++.so.6");
    demangle = library.func(
      "void *__cxa_demangle(const char *, void *, void *, _Out_ int *)",
    ) as typeof demangle;
    free = koffi.load("libc.so.6").func("void free(void *)") as typeof free;
  } catch {
    return undefined;
  }
  return (name) => {
    if (!name.startsWith("_Z") || name.length > longestName) return undefined;
    const status = [0];
    const text = demangle(name, null, null, status);
    if (text === null) return undefined;
    const plain = koffi.decode(text, "char", -1) as string;
    free(text);
    return plain;
  };
}
