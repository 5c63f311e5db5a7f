/** All other programs for the exact comparison, by themselves and under strace. */
import { oracleProgramTests } from "./oracle-programs-tests.ts";

oracleProgramTests("long");
