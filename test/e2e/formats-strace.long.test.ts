/** Recordings to logs of strace and back, for all other programs and fixtures. */
import { formatsStraceTests } from "./formats-strace-tests.ts";

formatsStraceTests("long");
