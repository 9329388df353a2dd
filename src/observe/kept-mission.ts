/**
 * A mission's files as they are remembered: without the long texts of its features, which are most of the bytes and which a
 * look does not need. Whoever does reads them out of git, one by one.
 */

import type { Git } from "../doors/git.ts";
import { readBody, readFrontmatter } from "../format/frontmatter.ts";
import { readSourceText } from "../format/source-text.ts";
import type { FeatureDocument, MissionFiles } from "../model/documents.ts";

/** A feature whose text, left out here, is read where it is asked for. */
type KeptFeature = Omit<FeatureDocument, "body"> & { body?: string };

export type KeptFiles = Omit<MissionFiles, "features"> & { features: readonly KeptFeature[] };

/** Shorter texts cost less than to read them again; a file that can't be read as text has an empty one. */
const KEPT_LENGTH = 200;

/** `files` as they are to be remembered. */
export function leaveOutTexts(files: MissionFiles): KeptFiles {
  return { ...files, features: files.features.map(leaveOutText) };
}

/** Key by key: a text that was left out before must not be read to be left out again. */
function leaveOutText(feature: FeatureDocument): KeptFeature {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(feature) as (keyof FeatureDocument)[]) {
    const isLong = key === "body" && (isLeftOut(feature) || feature.body.length > KEPT_LENGTH);
    if (!isLong) kept[key] = feature[key];
  }
  return kept as unknown as KeptFeature;
}

function isLeftOut(feature: FeatureDocument): boolean {
  return Object.getOwnPropertyDescriptor(feature, "body")?.get !== undefined;
}

/** The files with all texts, of which those that were left out are read by git at their first use. */
export function withTexts({ features, ...files }: KeptFiles, git: Pick<Git, "readBlobNow">): MissionFiles {
  // One getter for all: objects that differ in a function each are slow to make and take more memory.
  const lateBody: PropertyDescriptor & ThisType<FeatureDocument> = {
    enumerable: true,
    configurable: true,
    get() {
      const value = bodyOf(git.readBlobNow(this.blob), this);
      Object.defineProperty(this, "body", { value, enumerable: true, configurable: true, writable: true });
      return value;
    },
  };
  for (const feature of features) {
    if (feature.body === undefined) Object.defineProperty(feature, "body", lateBody);
  }
  return { ...files, features: features as readonly FeatureDocument[] };
}

function bodyOf(bytes: Uint8Array, { file, blob }: FeatureDocument): string {
  const { text } = readSourceText({ path: file, mode: "100644", blob, bytes });
  return readBody(readFrontmatter(text ?? ""));
}
