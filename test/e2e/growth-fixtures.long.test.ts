/** The ledger of each program that grows in a known way, with musl. */
import { growthFixtureTests } from "./growth-fixtures-tests.ts";

growthFixtureTests("musl");
