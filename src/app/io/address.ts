/** Addresses as people type them. */

import { UserError } from "../../base/errors.ts";

/** An address of user space. Throws a UserError that quotes what was received. */
export function parseAddress(text: string): number {
  const digits = text.trim().replace(/^0x/i, "").replaceAll("_", "");
  const address = /^[0-9a-f]{1,16}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (address < 2 ** 57) return address;
  throw new UserError(`"${text}" is no address of a program`, {
    hint: "Write it in hexadecimal, as a crash report does: 0x7f1234000000.",
  });
}
