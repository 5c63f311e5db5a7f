/** The model against the live kernel: many random calls. */
import { fuzzTests } from "./kernel-oracle-tests.ts";

fuzzTests(20_240_607, 200_000);
