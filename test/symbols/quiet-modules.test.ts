import { expect, it } from "vitest";
import { isQuietModule } from "../../src/symbols/quiet-modules.ts";

it.each([
  ["/usr/lib/x86_64-linux-gnu/libc.so.6", true],
  ["/lib/x86_64-linux-gnu/libc-2.31.so", true],
  ["/lib/x86_64-linux-gnu/libpthread-2.31.so", true],
  ["/lib64/ld-linux-x86-64.so.2", true],
  ["/lib/x86_64-linux-gnu/ld-2.31.so (deleted)", true],
  ["/lib/ld-musl-x86_64.so.1", true],
  ["/usr/lib/musl/lib/libc.so", true],
  ["/home/ada/.cache/maptrail/ab12/maptrail.so", true],
  ["[vdso]", true],
  ["/usr/lib/x86_64-linux-gnu/libcurl.so.4", false],
  ["/usr/lib/x86_64-linux-gnu/libcap.so.2", false],
  ["/usr/lib/x86_64-linux-gnu/libstdc++.so.6", false],
  ["/usr/bin/ld", false],
  ["/usr/bin/python3.11", false],
  ["", false],
])("%s is folded: %s", (path, expected) => {
  expect(isQuietModule(path)).toBe(expected);
});
