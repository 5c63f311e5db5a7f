/** All other fixtures, untraced. */
import { fixtureTests } from "./fixture-cases-tests.ts";

fixtureTests("long");
