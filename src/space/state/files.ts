/** The files and named kernel objects behind regions, with one id each whatever their source. */

/** A file as a recording or a maps line names it. `dev` is major << 20 | minor. */
export interface FileIdentity {
  readonly dev: number;
  readonly inode: bigint | string;
  readonly path: string;
  /** It had no name any more; ` (deleted)` at the end of `path` says the same. */
  readonly deleted?: boolean;
  /** It is known that the file was not open for writing. */
  readonly readOnly?: boolean;
}

export interface SpaceFile {
  readonly id: number;
  readonly dev: number;
  /** Decimal text: an inode need not fit a double. */
  readonly inode: string;
  /** The first name seen; without ` (deleted)`. */
  readonly path: string;
  readonly deleted: boolean;
  readonly readOnly: boolean;
}

const deletedMark = " (deleted)";

/**
 * Shared by all spaces of a recording. Events carry the recording's file ids, maps texts carry
 * device and inode: both map to one id here, so that neighbours compare by a number.
 */
export class FileTable {
  private readonly files: SpaceFile[] = [];
  private readonly byKey = new Map<string, number>();
  private readonly byRecorded: number[] = [];
  private readonly resolve: (recordedId: number) => FileIdentity | undefined;

  /** @param resolve looks up an id that events carry (EventBatch.file). */
  constructor(resolve: (recordedId: number) => FileIdentity | undefined = () => undefined) {
    this.resolve = resolve;
  }

  /** The id of a file, new or known; device and inode decide, and the name where there is no inode. */
  intern(file: FileIdentity): number {
    const inode = String(file.inode);
    const marked = file.path.endsWith(deletedMark);
    const path = marked ? file.path.slice(0, -deletedMark.length) : file.path;
    const key = inode === "0" ? `${file.dev}:${path}` : `${file.dev}:${inode}`;
    let id = this.byKey.get(key);
    if (id === undefined) {
      id = this.files.length + 1;
      this.files.push({
        id,
        dev: file.dev,
        inode,
        path,
        deleted: marked || (file.deleted ?? false),
        readOnly: file.readOnly ?? false,
      });
      this.byKey.set(key, id);
    }
    return id;
  }

  /** The id for the file of an event, or 0 when the event names none. */
  ofEvent(recordedId: number): number {
    if (recordedId === 0) return 0;
    const known = this.byRecorded[recordedId];
    if (known !== undefined) return known;
    const file = this.resolve(recordedId);
    const id = this.intern(file ?? { dev: 0, inode: "0", path: `[unknown file ${recordedId}]` });
    this.byRecorded[recordedId] = id;
    return id;
  }

  get(id: number): SpaceFile | undefined {
    return this.files[id - 1];
  }
}
