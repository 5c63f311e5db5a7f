/** Recordings to logs of strace and back, for two programs and a fixture of each kind. */
import { formatsStraceTests } from "./formats-strace-tests.ts";

formatsStraceTests("quick");
