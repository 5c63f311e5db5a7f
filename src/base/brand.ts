/** Numbers that must not be mixed up, told apart by the type checker. No values, no arithmetic. */

declare const brand: unique symbol;

export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A user-space address, page-aligned or not, below 2^53. Above that only hexadecimal text exists. */
export type Address = Brand<number, "Address">;

/** Nanoseconds since the start of the recording. */
export type Nanos = Brand<number, "Nanos">;

/** An event's number in its recording, from 1; people see it as `@8123`. */
export type Seq = Brand<number, "Seq">;
