/** Events as JSON, an object a line: what `maptrail events --json` writes. */

import type { Exporter } from "./exporter.ts";
import { TextBlock } from "./text-block.ts";

export const jsonl: Exporter = {
  name: "jsonl",
  writes: "an object an event and a line, as maptrail events --json does",
  isBinary: false,
  async run(source, out) {
    const block = new TextBlock(out);
    for (const batch of source.batches()) {
      for (let row = 0; row < batch.length; row++) {
        block.add(`${source.eventJson(batch, row)}\n`);
        if (block.isFull) await block.flush();
      }
    }
    await block.flush();
  },
};
