/** Call stacks of programs compiled in all other ways, and of other real programs. */
import { chainTests, cxxTests, shareTests } from "./stacks-tests.ts";

chainTests(
  "-O0 -g",
  "-O2 -fno-omit-frame-pointer -g",
  "-O2 -s",
  "-O3 -march=native -no-pie",
  "-O1 -Wl,-z,noseparate-code",
);
cxxTests("-O0", "-O2 -fno-omit-frame-pointer");
shareTests("long");
