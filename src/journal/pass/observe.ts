/** Makes the items that are emitted between rows. */
import type { EventBatch } from "../../events/batch.ts";
import { eventFlags } from "../../events/batch.ts";
import { kindOf, type Moment, moments } from "../../events/kinds.ts";
import type { JournalItem, ProcessCallItem, TextItem } from "../contents/items.ts";
import { bytesOf, type Text } from "../contents/texts.ts";
import { defines, enums } from "../wire/wire.gen.ts";
import { key64, kindWord, pathWord, targetWord } from "../wire/words.ts";

const topics = new Map<number, TextItem["topic"]>([
  [enums.topic.coverage, "coverage"],
  [enums.topic.exe, "exe"],
  [enums.topic.argv, "argv"],
  [enums.topic.note, "note"],
]);

const momentNames = new Map<string, Moment>();
for (const name of Object.keys(moments) as Moment[]) {
  momentNames.set(enums.moment[name].toString(16), name);
}

/** The item for a complete text; undefined for a topic that makes none or is unknown. */
export function textItem(text: Text, atNanos: number, stable: boolean): JournalItem | undefined {
  const common = { slot: text.last, atNanos, tid: text.tid, key: text.key, cut: text.cut };
  if (text.topic === enums.topic.maps) {
    const moment = momentNames.get(text.key);
    if (moment === undefined) return undefined;
    return { ...common, type: "maps", moment, bytes: bytesOf(text), stable: stable && !text.cut };
  }
  const topic = topics.get(text.topic);
  if (topic === undefined) return undefined;
  return { ...common, type: "text", topic, bytes: bytesOf(text) };
}

/** The item that follows the batch's last row, a process call read from word `base`. */
export function processCallItem(
  batch: EventBatch,
  u32: Uint32Array,
  base: number,
): ProcessCallItem {
  const row = batch.length - 1;
  const unknown = (batch.flags[row]! & eventFlags.resultUnknown) !== 0;
  return {
    type: "processCall",
    call: kindOf(batch.kind[row]!) as ProcessCallItem["call"],
    slot: batch.slot[row]!,
    atNanos: batch.at[row]!,
    tid: batch.tid[row]!,
    args: batch.args.map((column) => column[row]!),
    result: unknown ? undefined : batch.result[row]!,
    target: u32[base + targetWord]!,
    file: batch.file[row]!,
    pathKey: key64(u32, base + pathWord),
    isOwn: ((u32[base + kindWord]! >>> 16) & defines.MT_FLAG_OWN_SPACE) !== 0,
  };
}
