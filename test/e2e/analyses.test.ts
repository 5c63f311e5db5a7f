/** What every analysis keeps to, over a fixture of each kind. */
import { analysesTests } from "./analyses-tests.ts";

analysesTests("quick");
