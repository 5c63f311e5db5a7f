/** Tables of the page; its script can sort them. */

import { html, type Markup } from "../markup.ts";

export interface Cell {
  readonly text: string;
  /** The key for sorting a column of numbers. */
  readonly value?: number;
}

export interface TableColumn {
  readonly name: string;
  readonly isNumber?: boolean;
}

export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const headers = columns.map(({ name, isNumber }) =>
    isNumber === true
      ? html`<th scope="col" class="number">${name}</th>`
      : html`<th scope="col">${name}</th>`,
  );
  const lines = rows.map((row) => html`<tr>${row.map((cell, i) => cellOf(cell, columns[i]))}</tr>`);
  return html`<div class="scroll"><table class="sortable"><caption class="unseen">${caption}</caption>
<thead><tr>${headers}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

function cellOf({ text, value }: Cell, column: TableColumn | undefined): Markup {
  if (column?.isNumber === true)
    return html`<td class="number" data-value="${value ?? 0}">${text}</td>`;
  return html`<td class="name">${text}</td>`;
}

/** A number's cell; empty for 0, which still sorts as 0. */
export function numberCell(value: number, format: (value: number) => string): Cell {
  return { text: value === 0 ? "" : format(value), value };
}
