/** Records on their way into a ledger: secrets out, attachments bounded and written as the commit's tree. */

import type { Git, TreeEntry } from "../doors/git.ts";
import { cutMiddleToBytes } from "../format/plain-text.ts";
import { printRecord } from "../format/record.ts";
import type { Fact, NewRecord } from "../model/record.ts";
import type { Authority } from "./authority.ts";

type Redact = (text: string) => string;
type File = readonly [name: string, text: string];

interface Writer {
  git: Git;
  authority: Authority;
  redact: Redact;
}

/** The message of a record's commit. Among branches it says that no build is wanted. */
export function printForLedger({ authority, redact }: Pick<Writer, "authority" | "redact">, record: NewRecord): string {
  return printRecord(redactRecord(record, redact), { skipCi: authority.names.prefix.startsWith("refs/heads/") });
}

/** The record without secrets in what a worker or a person wrote. Ids and hashes are made by us. */
export function redactRecord(record: NewRecord, redact: Redact): NewRecord {
  return { ...record, fact: redactFact(record.fact, redact), body: redact(record.body) };
}

function redactFact(fact: Fact, redact: Redact): Fact {
  switch (fact.kind) {
    case "verdict":
      return {
        ...fact,
        checks: fact.checks.map((check) => ({ ...check, label: redact(check.label) })),
        override: fact.override === null ? null : redact(fact.override),
      };
    case "amended":
      return { ...fact, because: redact(fact.because) };
    case "run-ended":
      return { ...fact, protectedPaths: fact.protectedPaths.map(redact), outsidePaths: fact.outsidePaths.map(redact) };
    default:
      return fact;
  }
}

/** Id of a tree with the attachments as its files, cut to that many bytes together; the empty tree where there are none. */
export async function writeAttachments(
  { git, redact }: Pick<Writer, "git" | "redact">,
  attachments: NewRecord["attachments"],
  maxBytes: number,
): Promise<string> {
  const texts = Object.entries(attachments).map(([name, text]): File => [name, redact(text).toWellFormed()]);
  const entries: TreeEntry[] = [];
  for (const [name, text] of nameFiles(boundFiles(texts, maxBytes))) {
    entries.push({ mode: "100644", type: "blob", oid: await git.writeBlob(Buffer.from(text)), name });
  }
  return git.writeTree(entries);
}

/** Each gets an even share of the room; what a short one leaves goes to the longer ones. */
function boundFiles(files: readonly File[], maxBytes: number): readonly File[] {
  const cut = new Map<string, string>();
  let room = maxBytes;
  const ascending = files.toSorted(([, one], [, other]) => Buffer.byteLength(one) - Buffer.byteLength(other));
  for (const [index, [name, text]] of ascending.entries()) {
    const share = cutMiddleToBytes(text, Math.floor(room / (files.length - index)));
    cut.set(name, share);
    room -= Buffer.byteLength(share);
  }
  return files.map(([name]) => [name, cut.get(name) ?? ""]);
}

/** Names that are files on every system, in place of paths, dot files and the like; no two the same. */
function nameFiles(files: readonly File[]): readonly File[] {
  const taken = new Set<string>();
  return files.map(([name, text]) => {
    const plain =
      name
        .replace(/[^A-Za-z0-9._-]/g, "-")
        .replace(/^[.-]+/, "")
        .slice(-80) || "file";
    let free = plain;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${number}-${plain}`;
    taken.add(free.toLowerCase());
    return [free, text];
  });
}
