/**
 * A chain of landings: one ordinary commit a feature on the home tip, each with the feature's code merged in and its status
 * spliced to done. The commits differ with the moment at which they are made, their trees do not.
 */

import type { Git, Identity } from "../doors/git.ts";
import { spliceStatus } from "../format/splice.ts";
import { printMessage, type Trailer } from "../format/trailers.ts";
import type { FeatureDocument } from "../model/documents.ts";
import { codeTreeOf } from "./code-tree.ts";
import { askHome, mergeWork } from "./merge-work.ts";

export interface Candidate {
  feature: FeatureDocument;
  head: string;
  /** Run that delivered it, for the trailer. */
  run: string | null;
  /** Home commit that the run was given; null when it is not known. */
  base: string | null;
}

export interface ChainLink extends Candidate {
  commit: string;
  codeTree: string;
}

export interface BuiltChain {
  links: readonly ChainLink[];
  tip: string;
  codeTree: string;
  /** The first candidate that did not fit, and everything after it is left out. */
  stopped: { candidate: Candidate; reason: string; alone: boolean } | null;
}

/** The candidates whose commits are here, and those that nothing can be built with. */
export async function sortByPresence(
  git: Git,
  candidates: readonly Candidate[],
): Promise<{ here: readonly Candidate[]; missing: readonly Candidate[] }> {
  const found = await Promise.all(candidates.map(({ head }) => git.resolve(head)));
  return {
    here: candidates.filter((_, index) => found[index] !== null),
    missing: candidates.filter((_, index) => found[index] === null),
  };
}

export interface ChainOptions {
  mission: string;
  home: string;
  identity: Identity;
  at: number;
}

export async function buildChain(
  git: Git,
  candidates: readonly Candidate[],
  options: ChainOptions,
): Promise<BuiltChain> {
  const links: ChainLink[] = [];
  const isOnHome = askHome(git, options.home);
  let tip = options.home;
  for (const candidate of candidates) {
    const link = await buildLink(git, candidate, { ...options, onto: tip, isOnHome });
    if (link.kind === "refused") {
      const alone = tip === options.home || (await conflicts(git, candidate, { onto: options.home, isOnHome }));
      return {
        ...end(links, tip),
        codeTree: await codeTreeOf(git, tip),
        stopped: { candidate, reason: link.reason, alone },
      };
    }
    links.push(link.link);
    tip = link.link.commit;
  }
  return { ...end(links, tip), codeTree: links.at(-1)?.codeTree ?? (await codeTreeOf(git, tip)), stopped: null };
}

function end(links: readonly ChainLink[], tip: string): { links: readonly ChainLink[]; tip: string } {
  return { links, tip };
}

/** What a link is put on. */
type Place = Parameters<typeof mergeWork>[2];

type BuiltLink = { kind: "link"; link: ChainLink } | { kind: "refused"; reason: string };

async function buildLink(git: Git, candidate: Candidate, options: ChainOptions & Place): Promise<BuiltLink> {
  const merged = await mergeWork(git, candidate, options);
  if (merged.kind !== "clean") {
    return {
      kind: "refused",
      reason:
        merged.kind === "conflict"
          ? `conflict in ${merged.paths.join(", ")}`
          : "its history has nothing in common with home",
    };
  }
  const done = await spliceFile(git, merged.tree, candidate.feature.file, "done");
  if (done.kind === "refused") return done;
  const commit = await git.writeCommit({
    tree: done.tree,
    parents: [options.onto],
    message: landingMessage(candidate, options.mission),
    author: options.identity,
    committer: options.identity,
    at: options.at,
  });
  return { kind: "link", link: { ...candidate, commit, codeTree: await codeTreeOf(git, done.tree) } };
}

/** The tree with one status spliced into one file, nothing else changed. */
export async function spliceFile(
  git: Git,
  tree: string,
  path: string,
  status: string,
): Promise<{ kind: "tree"; tree: string } | { kind: "refused"; reason: string }> {
  const object = await git.readObject(`${tree}:${path}`);
  if (object?.type !== "blob") return { kind: "refused", reason: `${path} is not there` };
  const spliced = spliceStatus(object.bytes, status);
  if (!spliced.ok) return { kind: "refused", reason: `${path}:${spliced.reason.line}: ${spliced.reason.message}` };
  const blob = await git.writeBlob(spliced.bytes);
  const mode = await modeOf(git, tree, path);
  return { kind: "tree", tree: await git.writeFiles(tree, new Map([[path, { mode, oid: blob }]])) };
}

async function modeOf(git: Git, tree: string, path: string): Promise<string> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const object = await git.readObject(`${tree}:${folder}`);
  const entries = object ? await git.readTree(object.oid) : null;
  return entries?.find(({ name }) => `${folder}/${name}` === path)?.mode ?? "100644";
}

async function conflicts(git: Git, candidate: Candidate, place: Place): Promise<boolean> {
  return (await mergeWork(git, candidate, place)).kind !== "clean";
}

function landingMessage({ feature, head, run }: Candidate, mission: string): string {
  const trailers: Trailer[] = [
    ["Mission", `${mission}/${feature.id}`],
    ...(run === null ? [] : [["Mission-Run", run] as const]),
    ["Mission-Head", head],
  ];
  return printMessage({ subject: feature.title, body: "", trailers });
}
