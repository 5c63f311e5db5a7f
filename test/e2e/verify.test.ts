/** The kernel's word on two programs and a fixture of each kind. */
import { verifyTests } from "./verify-tests.ts";

verifyTests("quick");
