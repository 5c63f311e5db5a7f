/** The one error type that a user sees, with the exit code and the hint that go with it. */

export const exitCodes = {
  ok: 0,
  checkFailed: 1,
  usage: 2,
  damagedInput: 3,
  /** The tool itself could not start the program; the rest follows env(1): 126 not executable, 127 not found. */
  cannotRun: 125,
} as const;

export interface UserErrorOptions {
  readonly exitCode?: number;
  /** What would work, as one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A mistake or a condition that the user can act on. The message quotes what was received. */
export class UserError extends Error {
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "UserError";
    this.exitCode = options.exitCode ?? exitCodes.usage;
    this.hint = options.hint;
  }
}
