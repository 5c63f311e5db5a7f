/** All other fixtures behave as they do untraced. */
import { harmlessTests } from "./harmless-tests.ts";

harmlessTests("long");
