/** The text of `maptrail lab`, 80 columns wide: each claim as it is tested, then a table of all. */

import { alignColumns, cutLine, wrap } from "../base/columns.ts";
import type { Role, Sign, Style } from "../base/style.ts";
import { formatBytes } from "../base/units.ts";
import type { ClaimResult, LabResult, Verdict } from "../lab/claim.ts";
import { curveText } from "./curve.ts";

const width = 80;
const indent = "  ";

const signs: Readonly<Record<Verdict, Sign>> = {
  holds: "inPlace",
  differs: "refused",
  "not available": "unchanged",
};
const roles: Readonly<Record<Verdict, Role>> = {
  holds: "good",
  differs: "bad",
  "not available": "quiet",
};

export function labHeader(kernel: string, pageBytes: number, style: Style): string {
  const what = `Linux ${kernel}, pages of ${formatBytes(pageBytes)}`;
  return `${style.paint("strong", "maptrail lab")}  ${what}\n`;
}

/** One claim with the expected and the observed; ends with a newline. */
export function claimText(result: ClaimResult, style: Style): string {
  const { id, says, source, verdict, checks, reason, curve } = result;
  const lines = [
    "",
    `${signOf(verdict, style)} ${style.paint("strong", id)}`,
    ...wrap(`${says}.`, width - indent.length).map((line) => indent + line),
    indent + style.paint("quiet", source),
  ];
  if (checks.length > 0) {
    const header = ["", "expected", "observed"].map((name) => style.paint("quiet", name));
    const rows = checks.map(({ subject, expected, observed, holds }) => {
      const role: Role = holds ? "good" : verdict === "differs" ? "bad" : "quiet";
      return [subject, expected, style.paint(role, observed)];
    });
    const table = alignColumns([header, ...rows], [{}, {}, {}]);
    lines.push(...table.map((line) => cutLine(indent + line, width, style.pick("…", "..."))));
  }
  if (curve !== undefined) lines.push("", ...curveText(curve, style));
  if (reason !== undefined) lines.push(...wrap(`${reason}.`, width - 2).map((one) => indent + one));
  return `${lines.join("\n")}\n`;
}

/** The closing table and one sentence; ends with a newline. */
export function labTable({ claims, counts }: LabResult, style: Style): string {
  const rows = claims.map(({ id, verdict, title }) => [
    `${signOf(verdict, style)} ${style.paint(roles[verdict], verdict)}`,
    id,
    title,
  ]);
  const lines = alignColumns(rows, [{}, {}, {}]);
  const sums = [
    `${counts.holds} of ${claims.length} ${claims.length === 1 ? "holds" : "hold"}`,
    ...(counts.differs > 0
      ? [`${counts.differs} ${counts.differs === 1 ? "differs" : "differ"}`]
      : []),
    ...(counts.notAvailable > 0 ? [`${counts.notAvailable} not available`] : []),
  ].join(", ");
  return `${["", ...lines, "", style.paint("strong", sums), ...beliefs(claims)].join("\n")}\n`;
}

/** Why a claim that differs need not be a kernel bug. */
function beliefs(claims: readonly ClaimResult[]): string[] {
  return claims
    .filter(({ standing, verdict }) => standing === "belief" && verdict === "differs")
    .flatMap(({ id, source }) =>
      wrap(`${id} is ${source} and promised nowhere: this kernel has no fault.`, width),
    );
}

function signOf(verdict: Verdict, style: Style): string {
  return style.sign(signs[verdict]);
}
