/** Collects text and writes it in blocks. */

import type { ExportOut } from "./exporter.ts";

const blockCharacters = 1 << 16;

export class TextBlock {
  readonly #out: ExportOut;
  #text = "";

  constructor(out: ExportOut) {
    this.#out = out;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** True when it is time to `flush`. */
  get isFull(): boolean {
    return this.#text.length >= blockCharacters;
  }

  async flush(): Promise<void> {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    await this.#out.text(text);
  }
}
