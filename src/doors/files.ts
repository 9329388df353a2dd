/** The door to plain files outside git: the package's own, cache files, programs on the PATH. Synchronous: scans are small and quick. */
export interface Files {
  /** null when it does not exist or can't be read as text. */
  readText(path: string): string | null;
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): readonly string[];
  exists(path: string): boolean;
  /** Whole or not at all: another process never sees half of it. */
  writeText(path: string, text: string): void;
  /** Text that `writeSealed` wrote; null when there is none, or one byte of it is another. */
  readSealed(path: string): string | null;
  /** As `writeText`, with a checksum in front. */
  writeSealed(path: string, text: string): void;
  /** Deletes a file, or a folder with what is in it. What is not there or may not be deleted stays as it is. */
  remove(path: string): void;
  /** Milliseconds since the epoch of the last change; 0 when there is nothing. */
  changedAt(path: string): number;
  /** Absolute path of a program that PATH finds, null when there is none. A name with a slash is taken as it is. */
  findProgram(name: string, path: string | undefined): string | null;
}
