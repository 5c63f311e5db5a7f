/** The lines of `maptrail doctor`. */

import { alignColumns } from "../base/columns.ts";
import type { Style } from "../base/style.ts";

export interface Check {
  readonly status: "ok" | "warn" | "bad";
  /** What was checked: one or two words. */
  readonly subject: string;
  /** What was found. */
  readonly finding: string;
  /** How to fix it; absent when ok. */
  readonly remedy?: string;
}

const roles = { ok: "good", warn: "attention", bad: "bad" } as const;

/** One line a check; its remedy, if any, on the next. */
export function checksText(checks: readonly Check[], style: Style): string {
  const rows = checks.flatMap(({ status, subject, finding, remedy }) => {
    const line = [style.paint(roles[status], status), subject, finding];
    return remedy === undefined ? [line] : [line, ["", "", style.paint("strong", remedy)]];
  });
  const bad = checks.filter(({ status }) => status === "bad").length;
  const verdict =
    bad === 0
      ? style.paint("good", "this machine can record")
      : style.paint("bad", "this machine cannot record yet; see the lines marked bad");
  return [...alignColumns(rows, [{}, {}, {}]), "", verdict].join("\n");
}
