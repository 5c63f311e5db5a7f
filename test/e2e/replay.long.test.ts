/** That the proof can fail for programs of every kind, and other numbers of threads at full speed. */
import { changedTests, fullSpeedTests } from "./replay-tests.ts";

changedTests(
  "realloc-growth",
  "map-shapes",
  "dlopen-loop",
  "brk-steps",
  "fork-threads",
  "malloc-threads",
);
fullSpeedTests(2, 8);
