/** The exact comparison with strace, for two programs and a fixture of each kind. */
import { exactTests } from "./exact-tests.ts";

exactTests("quick");
