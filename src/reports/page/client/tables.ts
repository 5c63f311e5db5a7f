/** Makes tables sortable by a click on a column's name. */

export function makeSortable(table: HTMLTableElement): void {
  const headers = [...table.querySelectorAll("thead th")];
  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      // Numbers are first sorted in descending order, names in ascending.
      const isNumber = header.classList.contains("number");
      const before = header.getAttribute("aria-sort");
      const isDown = before === null ? isNumber : before === "ascending";
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      sortRows(table, column, isDown);
    });
  });
}

function sortRows(table: HTMLTableElement, column: number, isDown: boolean): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const rows = [...body.rows];
  const keyOf = (row: HTMLTableRowElement): string | number => {
    const cell = row.cells[column];
    const value = cell?.dataset["value"];
    return value === undefined ? (cell?.textContent ?? "") : Number(value);
  };
  rows.sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const order =
      typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return isDown ? -order : order;
  });
  body.append(...rows);
}
