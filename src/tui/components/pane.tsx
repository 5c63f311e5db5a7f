/** A pane: a rule with its title, and what it shows below that. */
import { Box } from "ink";
import type { PaneLines } from "../draw/blocks.ts";
import type { PaneSize } from "../draw/layout.ts";
import type { Mouse } from "../terminal/keys.ts";
import { Lines } from "./lines.tsx";

interface Props {
  readonly lines: PaneLines;
  /** Without the rule. */
  readonly size: PaneSize;
  readonly onMouse: (mouse: Mouse) => void;
}

export function Pane({ lines: { rule, content }, size, onMouse }: Props) {
  return (
    <Box flexDirection="column" width={size.width}>
      <Lines lines={rule} />
      <Lines lines={content} size={size} onMouse={onMouse} />
    </Box>
  );
}
