/**
 * A mission's files as they are remembered: without the long texts of its features, which are most of the bytes and which a
 * look does not need. Whoever does reads them out of git, one by one.
 */

import type { Git } from "../doors/git.ts";
import type { FeatureDocument, MissionFiles } from "../model/documents.ts";

export type KeptFiles = Omit<MissionFiles, "features"> & {
  features: readonly Omit<FeatureDocument, "body">[];
  /** One a feature: its text, or where that is left out its length. */
  bodies: readonly (string | number)[];
};

export interface LateTexts {
  /** `files` as they are to be remembered. */
  leaveOut(files: MissionFiles): KeptFiles;
  /** With all texts, of which those that were left out are read by git at their first use. */
  restore(kept: KeptFiles): MissionFiles;
}

/** Shorter texts cost less to keep than to read again. */
const KEPT_LENGTH = 200;

export function openLateTexts(git: Pick<Git, "readBlobNow">): LateTexts {
  /** Lengths by blob of the texts that were left out. */
  const lengths = new Map<string, number>();
  // One getter for all: objects that differ in a function each are slow to make and take more memory.
  const lateBody: PropertyDescriptor & ThisType<FeatureDocument> = {
    enumerable: true,
    configurable: true,
    get() {
      const value = lastOf(git.readBlobNow(this.blob), lengths.get(this.blob) ?? 0);
      Object.defineProperty(this, "body", { value, enumerable: true, configurable: true, writable: true });
      return value;
    },
  };
  return {
    leaveOut({ features, ...files }) {
      const bodies: (string | number)[] = [];
      const kept = features.map((feature) => {
        const length = lengths.get(feature.blob);
        // A text that was left out before must not be read to be left out again.
        if (length !== undefined) {
          bodies.push(length);
          return withoutBody(feature);
        }
        const { body, ...rest } = feature;
        bodies.push(body.length > KEPT_LENGTH ? body.length : body);
        return rest;
      });
      return { ...files, features: kept, bodies };
    },
    restore({ bodies, features, ...files }) {
      for (const [index, feature] of features.entries()) {
        const body = bodies[index] ?? "";
        if (typeof body === "number") lengths.set(feature.blob, body);
        Object.defineProperty(feature, "body", typeof body === "number" ? lateBody : { ...PLAIN, value: body });
      }
      return { ...files, features: features as readonly FeatureDocument[] };
    },
  };
}

const PLAIN: PropertyDescriptor = { enumerable: true, configurable: true, writable: true };

/** Key by key, so that the text is not asked for. */
function withoutBody(feature: FeatureDocument): Omit<FeatureDocument, "body"> {
  const keys = Object.keys(feature).filter((key) => key !== "body") as (keyof FeatureDocument)[];
  return Object.fromEntries(keys.map((key) => [key, feature[key]])) as unknown as Omit<FeatureDocument, "body">;
}

/** A body is the end of its file, without blank lines around it and with LF line ends: no parser is needed to find it. */
function lastOf(bytes: Uint8Array, length: number): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return text.replace(/\r\n?/g, "\n").trimEnd().slice(-length);
}
