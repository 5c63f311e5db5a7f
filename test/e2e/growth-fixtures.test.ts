/** The ledger of each program that grows in a known way, with glibc. */
import { growthFixtureTests } from "./growth-fixtures-tests.ts";

growthFixtureTests("glibc");
