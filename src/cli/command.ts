/** What each file in commands/ exports. */

import type { Command } from "commander";
import type { Io } from "../app/io/io.ts";

/** Adds a command to `program`; hands its exit code to `done`. */
export type AddCommand = (program: Command, io: Io, done: (exitCode: number) => void) => void;
