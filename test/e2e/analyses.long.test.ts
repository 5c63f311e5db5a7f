/** What every analysis keeps to, over all other fixtures. */
import { analysesTests } from "./analyses-tests.ts";

analysesTests("long");
