/** Rust's older mangling, as rustc -C symbol-mangling-version=legacy writes it: C++'s nested names with a hash as their last part. */

const mangled = /^_?_?ZN(.*)17h[0-9a-f]{16}E(?:\.[\w.$]+)?$/;

const escapes: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/** `core::ptr::drop_in_place<alloc::string::String>`; undefined when the name is none of these. */
export function demangleRustLegacy(name: string): string | undefined {
  const body = mangled.exec(name)?.[1];
  if (body === undefined || body === "") return undefined;
  const parts: string[] = [];
  for (let at = 0; at < body.length; ) {
    const digits = /^[1-9]\d*/.exec(body.slice(at, at + 8))?.[0];
    if (digits === undefined) return undefined;
    const start = at + digits.length;
    at = start + Number(digits);
    if (at > body.length) return undefined;
    parts.push(plainPart(body.slice(start, at)));
  }
  return parts.join("::");
}

function plainPart(part: string): string {
  const bare = part.startsWith("_$") ? part.slice(1) : part;
  return bare
    .replaceAll("..", "::")
    .replace(/\$(u[0-9a-f]{1,6}|[A-Z]{1,2})\$/g, (whole, code: string) => {
      if (!code.startsWith("u")) return escapes[code] ?? whole;
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
}
