/** The instruction decoder against objdump, over all the code that the hook ever decodes. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDriver } from "../helpers/native-driver.ts";
import { missingReason, titled } from "../helpers/tools.ts";

const folder = mkdtempSync(join(tmpdir(), "maptrail-decode-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const libraries = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
  "/lib64/ld-linux-x86-64.so.2",
  "/usr/lib/x86_64-linux-musl/libc.so",
  "/lib/ld-musl-x86_64.so.1",
  "/bin/bash",
].filter((path) => existsSync(path));

const reason = missingReason(["objdump"]);
describe.skipIf(reason)(titled("the decoder", reason), () => {
  let driver = "";
  beforeAll(() => {
    driver = buildDriver(
      folder,
      "decode",
      ["patch/scan/decode-x86_64.c", "patch/scan/opcodes-x86_64.c"],
      ["-fsanitize=undefined"],
    );
  });

  it.each(libraries)("agrees with objdump about %s", (library) => {
    const script = 'objdump -d -w "$0" | "$1"';
    const said = execFileSync("sh", ["-c", script, library, driver], { encoding: "utf8" });
    const counts = /(\d+) instructions, (\d+) branches, (\d+) system calls, 0 differences\n$/.exec(
      said,
    );
    expect(counts, said).not.toBeNull();
    expect(Number(counts?.[1])).toBeGreaterThan(10_000);
    expect(Number(counts?.[2])).toBeGreaterThan(1000);
  });

  it("tells when it is wrong", () => {
    const input = "  1000:\t48 89 c7 90 \tmov    %rax,%rdi\n";
    const said = execFileSync(driver, { input, encoding: "utf8" });
    expect(said).toMatch(/^length: {3}1000:.*\n1 instructions, .* 1 differences\n$/s);
  });
});
