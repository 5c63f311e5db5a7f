/** The other libcs run their programs and our fixtures, each with its own version. */
import { describe, expect, it } from "vitest";
import { compilerFlags, otherLibcs, treeCommand } from "./libcs.ts";
import { buildProgram } from "./programs.ts";
import { run } from "./run.ts";

describe.each(otherLibcs())("glibc $version", (libc) => {
  it("runs its own programs", async () => {
    const awk = await run(treeCommand(libc, "awk", ["BEGIN { print 6 * 7 }"]));
    expect(awk).toMatchObject({ stdout: "42\n", stderr: "", status: 0 });
    const perl = await run(treeCommand(libc, "perl", ["-e", "print 6 * 7"]));
    expect(perl).toMatchObject({ stdout: "42", stderr: "", status: 0 });
  });

  it("runs fixtures that were compiled against it", async () => {
    const program = await buildProgram("dlopen-loop", { flags: compilerFlags(libc) });
    expect((await run([program])).stdout).toBe("opened 30, refused 10\n");
    const maps = await run([libc.loader, "--list", program]);
    expect(maps.stdout).toContain(`${libc.libraries}/libc.so.6`);
  });
});

it("versions are in order", () => {
  const versions = otherLibcs().map((libc) => Number(libc.version.slice(2)));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
});
