/** A terminal's screen, as `tmux capture-pane -e` gives it, as an SVG picture. */

const cellWidth = 8.4;
const cellHeight = 18;
const fontSize = 14;
const padding = 14;
const ground = "#16181d";
const ink = "#d8dce4";

const basic = [
  "#2b2f38",
  "#d55e00",
  "#009e73",
  "#e69f00",
  "#0072b2",
  "#cc79a7",
  "#56b4e9",
  "#d8dce4",
];
const brightBasic = [
  "#5c6370",
  "#ff7b39",
  "#35c79a",
  "#ffbf40",
  "#4aa3df",
  "#e6a3c9",
  "#8fd0f5",
  "#ffffff",
];

/** The colour of a number of xterm's palette. */
function colour256(number) {
  if (number < 8) return basic[number];
  if (number < 16) return brightBasic[number - 8];
  if (number >= 232) return grey(8 + (number - 232) * 10);
  const steps = [0, 95, 135, 175, 215, 255];
  const index = number - 16;
  const parts = [steps[Math.floor(index / 36)], steps[Math.floor(index / 6) % 6], steps[index % 6]];
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function grey(level) {
  return `#${level.toString(16).padStart(2, "0").repeat(3)}`;
}

const plain = { fg: undefined, bg: undefined, bold: false, dim: false, reverse: false };

/** The look after the parameters of an SGR sequence. */
function changed(look, parameters) {
  const numbers = parameters === "" ? [0] : parameters.split(";").map(Number);
  let next = { ...look };
  for (let i = 0; i < numbers.length; i += 1) {
    const number = numbers[i];
    if (number === 0) next = { ...plain };
    else if (number === 1) next.bold = true;
    else if (number === 2) next.dim = true;
    else if (number === 7) next.reverse = true;
    else if (number === 22) next.bold = next.dim = false;
    else if (number === 27) next.reverse = false;
    else if (number === 39) next.fg = undefined;
    else if (number === 49) next.bg = undefined;
    else if (number === 38 || number === 48) {
      const key = number === 38 ? "fg" : "bg";
      if (numbers[i + 1] === 5) {
        next[key] = colour256(numbers[i + 2]);
        i += 2;
      } else {
        const parts = numbers.slice(i + 2, i + 5);
        next[key] = `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
        i += 4;
      }
    } else if (number >= 30 && number < 38) next.fg = basic[number - 30];
    else if (number >= 40 && number < 48) next.bg = basic[number - 40];
    else if (number >= 90 && number < 98) next.fg = brightBasic[number - 90];
    else if (number >= 100 && number < 108) next.bg = brightBasic[number - 100];
  }
  return next;
}

/** Runs of equal look on one line. */
function runsOf(line) {
  const runs = [];
  let look = plain;
  let x = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
  for (const [whole, parameters] of line.matchAll(/\u001b\[([\d;]*)m|[^\u001b]+/g)) {
    if (parameters !== undefined) {
      look = changed(look, parameters);
      continue;
    }
    const characters = [...whole];
    runs.push({ x, text: whole, length: characters.length, look });
    x += characters.length;
  }
  return runs;
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Block characters as rectangles, so that they meet without seams whatever the font. */
const eighths = "▁▂▃▄▅▆▇█";

function blocksOf(text, x, y, colour) {
  const shapes = [];
  for (const [i, character] of [...text].entries()) {
    const level = eighths.indexOf(character) + 1;
    const left = padding + (x + i) * cellWidth;
    const top = padding + y * cellHeight;
    if (level > 0) {
      const height = (cellHeight * level) / 8;
      shapes.push(rectangle(left, top + cellHeight - height, cellWidth, height, colour));
    } else if (character === "▔") shapes.push(rectangle(left, top, cellWidth, 2.5, colour));
    else if (character === "▏") shapes.push(rectangle(left, top, 1.2, cellHeight, colour));
    else if (character === "░") {
      shapes.push(rectangle(left, top, cellWidth, cellHeight, colour, 0.3));
    }
  }
  return shapes.join("");
}

function rectangle(x, y, width, height, fill, opacity = 1) {
  const faint = opacity === 1 ? "" : ` opacity="${opacity}"`;
  const number = (value) => Number(value.toFixed(2));
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(width + 0.4)}" height="${number(height + 0.05)}" fill="${fill}"${faint}/>`;
}

/** Each word is pinned to its cells, whatever the font's own width is. */
function wordsOf(text, x, y, fill, { dim, bold }) {
  const base = Number((padding + y * cellHeight + cellHeight * 0.73).toFixed(2));
  const opacity = dim ? ' opacity="0.55"' : "";
  const weight = bold ? ' font-weight="bold"' : "";
  const letters = text.replace(/[▁▂▃▄▅▆▇█▔▏░]/g, " ");
  return [...letters.matchAll(/[^ ]+/g)]
    .map(({ 0: word, index }) => {
      const left = Number((padding + (x + index) * cellWidth).toFixed(2));
      const width = Number((word.length * cellWidth).toFixed(2));
      return `<text x="${left}" y="${base}" fill="${fill}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${opacity}${weight}>${escaped(word)}</text>`;
    })
    .join("");
}

/** `screen` has a line a row, with colour codes. */
export function terminalSvg(screen, columns, rows) {
  const width = Math.round(columns * cellWidth + 2 * padding);
  const height = Math.round(rows * cellHeight + 2 * padding);
  const shapes = [];
  for (const [y, line] of screen.split("\n").slice(0, rows).entries()) {
    for (const { x, text, length, look } of runsOf(line)) {
      const { reverse, bold, dim } = look;
      const fg = (reverse ? look.bg : look.fg) ?? (reverse ? ground : bold ? "#ffffff" : ink);
      const bg = reverse ? (look.fg ?? ink) : look.bg;
      const left = padding + x * cellWidth;
      if (bg !== undefined) {
        shapes.push(rectangle(left, padding + y * cellHeight, length * cellWidth, cellHeight, bg));
      }
      shapes.push(blocksOf(text, x, y, fg));
      shapes.push(wordsOf(text, x, y, fg, { dim, bold }));
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${fontSize}">
${shapes.join("\n")}
</g>
</svg>
`;
}
