/** What a page says, as lines: a row of a table a line, and a line for each other piece of text. */

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&ensp;": " ",
};

/** Elements that end a line. */
const blocks = "tr|p|li|h1|h2|h3|dt|dd|text|title|figcaption|caption|option|button|summary|footer";

/** Of the page's main element. Drawn lines and areas are left out, the words at their axes are not. */
export function pageText(page: string): string {
  const main = page.slice(page.indexOf("<main>"), page.indexOf("</main>"));
  return (
    main
      .replace(/\n/g, " ")
      // The whole of a name that is cut is beside it.
      .replace(/<title>[^<]*<\/title><\/text>/g, "</text>")
      .replace(/<\/t[hd]><t[hd][^>]*>/g, " | ")
      .replace(new RegExp(`</(?:${blocks})>`, "g"), "\n")
      .replace(/<h2/g, "\n<h2")
      .replace(/<[^>]*>/g, "")
      .replace(/&(?:amp|lt|gt|quot|#39|ensp);/g, (entity) => entities[entity]!)
      .replaceAll("\u00a0", " ")
      .split("\n")
      .map((line) => line.replace(/ +/g, " ").trim())
      .filter((line, i, lines) => line !== "" || (i > 0 && lines[i - 1] !== ""))
      .join("\n")
  );
}
