/** The page's style sheet: one set of roles for light, dark and print. */

import { kindLooks, memoryKinds } from "../../base/kinds.ts";
import { layoutStyles } from "./styles-layout.ts";
import { pictureStyles } from "./styles-picture.ts";

const kindColours = memoryKinds.map((kind) => `--kind-${kind}:${kindLooks[kind].colour}`).join(";");
const kindFills = memoryKinds
  .map((kind) =>
    kindLooks[kind].isHollow
      ? `.kind-${kind}{fill:url(#hatch);stroke:none}`
      : `.kind-${kind}{fill:var(--kind-${kind})}`,
  )
  .join("");

const roles = `
:root{color-scheme:light dark;
--ground:#ffffff;--ink:#1b1d20;--quiet:#62676f;--line:#dcdfe3;--fold:#f1f2f4;
--good:#00795a;--attention:#9a6300;--accent:#00609a;--bad:#b34700;
--mark-good:#009e73;--mark-attention:#e69f00;--mark-accent:#56b4e9;--mark-bad:#d55e00;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
${kindColours}}
@media (prefers-color-scheme:dark){:root{
--ground:#15171a;--ink:#e7e9ec;--quiet:#9aa1ab;--line:#33373d;--fold:#1e2125;
--good:#34c79a;--attention:#f0b53c;--accent:#7cc4ef;--bad:#f0884a;
--kind-anonymous:#1f80c6;--kind-tool:#a0a0a0}}
@media print{:root{--ground:#ffffff;--ink:#000000;--quiet:#444444;--line:#bbbbbb;--fold:#f1f2f4;
--good:#000000;--attention:#000000;--accent:#000000;--bad:#000000;
${kindColours}}}
`;

export const styleSheet = `${roles}${layoutStyles}${pictureStyles}${kindFills}`.replace(/\n/g, "");
