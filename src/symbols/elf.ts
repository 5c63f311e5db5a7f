/** Parses the headers of a 64-bit ELF file, elf(5): sections, segments, build-id, debug link. Every bound is checked. */

/** Where the bytes come from; `read` gives undefined for what lies outside. */
export interface RandomAccessBytes {
  readonly lengthBytes: number;
  read(offset: number, lengthBytes: number): DataView | undefined;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly lengthBytes: number;
  /** Of a symbol table: the number of its section of names. */
  readonly link: number;
}

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

export interface ElfImage {
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  /** Hexadecimal text; empty where the file has none. */
  readonly buildId: string;
  /** From .gnu_debuglink: a file's name and the CRC-32 of its bytes. */
  readonly debugLink?: { readonly name: string; readonly crc: number } | undefined;
  /** Why a part of it could not be read. */
  readonly damage?: string | undefined;
}

export const sectionTypes = { symbols: 2, note: 7, noBits: 8, dynamicSymbols: 11 } as const;
export const segmentTypes = { load: 1, note: 4 } as const;

const headerBytes = 64;
const sectionBytes = 64;
const segmentBytes = 56;
const buildIdNote = 3;
/** Names and notes that compilers write are shorter. */
const mostNoteBytes = 1 << 16;
const mostNamesBytes = 1 << 24;
/** The largest 16-bit count; programs have fewer sections. */
const mostSections = 0xffff;

interface Header {
  readonly sectionsAt: number;
  readonly segmentsAt: number;
  readonly segmentCount: number;
  readonly sectionCount: number;
  readonly namesIndex: number;
}

/** An unsigned 64-bit number; undefined when a double cannot hold it, because no file offset is that large. */
function wide(view: DataView, at: number): number | undefined {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** As much as can be read, or why nothing can. */
export function readElf(source: RandomAccessBytes): ElfImage | { readonly reason: string } {
  const view = source.read(0, headerBytes);
  if (view === undefined) return { reason: "it is too short for an ELF file" };
  if (view.getUint32(0, false) !== 0x7f454c46) return { reason: "it is no ELF file" };
  if (view.getUint8(4) !== 2 || view.getUint8(5) !== 1) {
    return { reason: "it is no 64-bit little-endian ELF file" };
  }
  const header: Header = {
    segmentsAt: wide(view, 32) ?? Number.POSITIVE_INFINITY,
    sectionsAt: wide(view, 40) ?? Number.POSITIVE_INFINITY,
    segmentCount: view.getUint16(56, true),
    sectionCount: view.getUint16(60, true),
    namesIndex: view.getUint16(62, true),
  };
  const segments = readSegments(source, header);
  const sections = readSections(source, header);
  const damage = "reason" in sections ? sections.reason : undefined;
  const known = "reason" in sections ? [] : sections;
  const whole = segments ?? [];
  return {
    sections: known,
    segments: whole,
    buildId: readBuildId(source, known, whole),
    debugLink: readDebugLink(source, known),
    damage: damage ?? (segments === undefined ? "its segments lie outside of it" : undefined),
  };
}

function readSegments(source: RandomAccessBytes, header: Header): Segment[] | undefined {
  const { segmentsAt, segmentCount } = header;
  if (segmentCount === 0) return [];
  const view = source.read(segmentsAt, segmentCount * segmentBytes);
  if (view === undefined) return undefined;
  const segments: Segment[] = [];
  for (let i = 0; i < segmentCount; i += 1) {
    const at = i * segmentBytes;
    const offset = wide(view, at + 8);
    const address = wide(view, at + 16);
    const fileBytes = wide(view, at + 32);
    if (offset === undefined || address === undefined || fileBytes === undefined) continue;
    const type = view.getUint32(at, true);
    segments.push({ type, flags: view.getUint32(at + 4, true), offset, address, fileBytes });
  }
  return segments;
}

function readSections(source: RandomAccessBytes, header: Header): Section[] | { reason: string } {
  const { sectionsAt, sectionCount, namesIndex } = header;
  if (sectionsAt === 0) return [];
  const first = source.read(sectionsAt, sectionBytes);
  if (first === undefined) return { reason: "its sections lie outside of it" };
  // Counts that do not fit the header are in the first section, elf(5).
  const count = sectionCount === 0 ? (wide(first, 32) ?? Number.POSITIVE_INFINITY) : sectionCount;
  if (count > mostSections) return { reason: `it claims to have ${count} sections` };
  const view = source.read(sectionsAt, count * sectionBytes);
  if (view === undefined) return { reason: `its ${count} sections reach beyond its end` };
  const namesNumber = namesIndex === 0xffff ? first.getUint32(40, true) : namesIndex;
  const names = sectionNames(source, view, namesNumber, count);
  const sections: Section[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = i * sectionBytes;
    sections.push({
      name: names === undefined ? "" : textAt(names, view.getUint32(at, true)),
      type: view.getUint32(at + 4, true),
      // A number too large for a file is one that lies outside of it.
      offset: wide(view, at + 24) ?? Number.POSITIVE_INFINITY,
      lengthBytes: wide(view, at + 32) ?? Number.POSITIVE_INFINITY,
      link: view.getUint32(at + 40, true),
    });
  }
  return sections;
}

function sectionNames(
  source: RandomAccessBytes,
  table: DataView,
  number: number,
  count: number,
): DataView | undefined {
  if (number >= count) return undefined;
  const offset = wide(table, number * sectionBytes + 24);
  const lengthBytes = wide(table, number * sectionBytes + 32);
  if (offset === undefined || lengthBytes === undefined || lengthBytes > mostNamesBytes) {
    return undefined;
  }
  return source.read(offset, lengthBytes);
}

/** A text that ends with a zero byte; empty where there is none. */
export function textAt(view: DataView, offset: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0, offset);
  return end === -1 ? "" : new TextDecoder().decode(bytes.subarray(offset, end));
}

function readBuildId(
  source: RandomAccessBytes,
  sections: readonly Section[],
  segments: readonly Segment[],
): string {
  // Sections first: in a separate debug file the segments describe the original file.
  const places = [
    ...sections.filter(({ type }) => type === sectionTypes.note),
    ...segments
      .filter(({ type }) => type === segmentTypes.note)
      .map(({ offset, fileBytes }) => ({ offset, lengthBytes: fileBytes })),
  ];
  for (const { offset, lengthBytes } of places) {
    const view = lengthBytes > mostNoteBytes ? undefined : source.read(offset, lengthBytes);
    const id = view && buildIdIn(view);
    if (id) return id;
  }
  return "";
}

function buildIdIn(view: DataView): string | undefined {
  for (let at = 0; at + 12 <= view.byteLength; ) {
    const nameBytes = view.getUint32(at, true);
    const valueBytes = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const valueAt = at + 12 + Math.ceil(nameBytes / 4) * 4;
    const end = valueAt + Math.ceil(valueBytes / 4) * 4;
    if (end > view.byteLength) return undefined;
    if (type === buildIdNote && nameBytes === 4 && view.getUint32(at + 12, false) === 0x474e5500) {
      const value = new Uint8Array(view.buffer, view.byteOffset + valueAt, valueBytes);
      return Buffer.from(value).toString("hex");
    }
    at = end;
  }
  return undefined;
}

function readDebugLink(
  source: RandomAccessBytes,
  sections: readonly Section[],
): ElfImage["debugLink"] {
  const section = sections.find(({ name }) => name === ".gnu_debuglink");
  if (section === undefined || section.lengthBytes > mostNoteBytes) return undefined;
  const view = source.read(section.offset, section.lengthBytes);
  if (view === undefined) return undefined;
  const name = textAt(view, 0);
  const crcAt = Math.ceil((Buffer.byteLength(name) + 1) / 4) * 4;
  // A name with a slash would escape the directories that are searched.
  if (name === "" || name.includes("/") || crcAt + 4 > view.byteLength) return undefined;
  return { name, crc: view.getUint32(crcAt, true) };
}
