/** Unpacks the page's data blocks into columns. */

import type { PageFacts } from "../facts.ts";
import type { Column, Data } from "./page-data.ts";

const shapes = { Float64: Float64Array, Uint32: Uint32Array, Uint8: Uint8Array };

/** Undefined if the page has no picture. Rejects if the browser cannot decompress gzip. */
export async function readData(): Promise<Data | undefined> {
  const facts = document.getElementById("picture-facts")?.textContent;
  const packed = document.getElementById("picture-data")?.textContent;
  if (!facts || !packed) return undefined;
  const buffer = await unpacked(packed);
  const parsed = JSON.parse(facts) as PageFacts;
  const columns = new Map<string, Column>();
  for (const { name, type, offsetBytes, length } of parsed.columns) {
    columns.set(name, new shapes[type](buffer, offsetBytes, length));
  }
  return {
    ...parsed,
    column(name) {
      const column = columns.get(name);
      if (column === undefined) throw new Error(`the page has no column ${name}`);
      return column;
    },
  };
}

function unpacked(base64: string): Promise<ArrayBuffer> {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
