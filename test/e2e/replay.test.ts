/** That the proof can fail, and that threads at full speed leave a possible history, once each. */
import { changedTests, fullSpeedTests } from "./replay-tests.ts";

changedTests("mremap-variants");
fullSpeedTests(4);
