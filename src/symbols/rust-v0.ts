/** Rust's newer mangling, RFC 2603, as rustc -C symbol-mangling-version=v0 writes it. */

import { RustV0Types } from "./rust-v0-types.ts";

/** `alloc::raw_vec::RawVec<u8>::grow_one`; undefined when the name is none of these, or one that makes no sense. */
export function demangleRustV0(name: string): string | undefined {
  const body = /^_?R([A-Z][\w]*)(?:\.[\w.$]+)?$/.exec(name)?.[1];
  if (body === undefined) return undefined;
  const parser = new RustV0Types(body);
  const text = parser.path(true);
  if (parser.failed) return undefined;
  // The crate that made an instance of it may follow.
  if (!parser.isAtEnd) parser.path(false);
  return parser.failed || !parser.isAtEnd ? undefined : text;
}
