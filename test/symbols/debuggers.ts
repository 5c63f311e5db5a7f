/** What gdb and binutils say of addresses in a file: neither shares a line with libdw or with our own reader. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { place } from "./builds.ts";

export interface Said {
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/** The symbol and the line, by gdb's `info symbol` and `info line`. */
export function askGdb(
  program: string,
  addresses: readonly number[],
  debugFolder?: string,
): Said[] {
  const script = join(place(), "script");
  const commands = addresses.flatMap((address) => [
    `echo @@@\\n`,
    `info symbol ${address}`,
    `echo ---\\n`,
    `info line *${address}`,
  ]);
  const folder = debugFolder === undefined ? [] : [`set debug-file-directory ${debugFolder}`];
  writeFileSync(script, [...folder, `file ${program}`, ...commands, ""].join("\n"));
  const text = execFileSync("gdb", ["-nx", "-batch", "-x", script], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, DEBUGINFOD_URLS: "" },
  });
  return text
    .split("@@@\n")
    .slice(1)
    .map((part) => {
      const [symbol = "", place = ""] = part.split("---\n");
      const name = /^(.*?)(?: \+ \d+)? in section /.exec(symbol)?.[1];
      // An oracle that says nothing would agree with anything.
      if (name === undefined) throw new Error(`gdb does not know an address: ${part}`);
      const line = /^Line (\d+) of "(.*?)"/m.exec(place);
      return {
        name,
        file: line === null ? undefined : basename(line[2]!),
        line: line === null ? undefined : Number(line[1]),
      };
    });
}
