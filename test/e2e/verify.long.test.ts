/** The kernel's word on all other programs and fixtures. */
import { verifyTests } from "./verify-tests.ts";

verifyTests("long");
