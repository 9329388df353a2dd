import type { ChangedFile } from "./history.ts";

/** A version of a file that a person saved: the id of its content, and how it came into effect. */
export interface TypedVersion {
  person: string;
  path: string;
  blob: string;
  commit: string;
}

/** A file that a person typed into a checkout and did not commit. */
export interface UnsavedFile {
  path: string;
  typed: string;
  /** What lies there now; null when there is nothing. */
  now: string | null;
}

/** No version that a person saved is lost, unless a person rewrote the branch that had it. */
export function checkTypedVersions(versions: readonly TypedVersion[], reachable: ReadonlySet<string>): string[] {
  return versions
    .filter(({ blob, commit }) => !reachable.has(blob) || !reachable.has(commit))
    .map(({ person, path, commit }) => `what ${person} saved in ${path} as ${commit} is lost`);
}

export function checkUnsavedFiles(files: readonly UnsavedFile[]): string[] {
  return files
    .filter(({ typed, now }) => typed !== now)
    .map(({ path, now }) => `what was typed in ${path} and not saved is ${now === null ? "gone" : "another text"}`);
}

/** In the missions' folders a commit of the program changes one status value, or adds files. */
export function checkSplices(changes: readonly ChangedFile[]): string[] {
  const faults: string[] = [];
  const edited = changes.filter(({ status, path }) => status !== "A" && !/\/(?:research|assets)\//.test(path));
  for (const { subject, status, path, before, after } of edited) {
    if (status !== "M" || without(before) !== without(after))
      faults.push(`"${subject}" changed more than a status in ${path}`);
  }
  for (const [, files] of Map.groupBy(edited, ({ commit }) => commit)) {
    if (files.length > 1) faults.push(`"${files[0]?.subject}" changed ${files.length} mission files`);
  }
  return faults;
}

function without(text: string): string {
  return text.replace(/^status:[^\r\n]*(?:\r\n|\r|\n)/m, "");
}
