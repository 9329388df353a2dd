/**
 * A story is a folder: `missions/` as they are on home, `history.md` with the surroundings and the ledgers, and what follows
 * from them. `history.md` begins with a YAML header, then prose, then `# <mission>` for each ledger with its records:
 *
 *     ## r2, minute 5: claim: schema attempt 1
 *
 *     <body and trailers, exactly as `printRecord` prints them>
 *
 * `r2` is the record's id, the minute counts from noon. A feature's spec is written `<spec schema>`. Missions are the folders
 * and the ledgers; a story without `missions/config.md` has the one beside this file. `npm run stories -- --update` writes
 * what follows anew: read it in the diff before it is committed.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { sha256 } from "../../src/doors/hash.ts";
import { parseRole } from "../../src/format/documents/role.ts";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import { isNewerFormat, isReadable, parseRecord, printRecord } from "../../src/format/record.ts";
import { parseRepositoryFiles } from "../../src/format/repository-files.ts";
import type { MissionRoot, RepositoryFiles, SourceFile } from "../../src/model/documents.ts";
import type { LedgerRecord } from "../../src/model/record.ts";
import type { LocalRun, Order } from "../../src/model/run.ts";
import type { HomeSnapshot, HostSighting, MissionSnapshot, Snapshot } from "../../src/model/snapshot.ts";
import { foldLedger } from "../../src/repo/fold.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const HOST = "anna";
const STORIES = import.meta.dirname;
const AGENTS = join(STORIES, "../../agents");

export interface Story {
  name: string;
  snapshot: Snapshot;
  /** Writes the specs' hashes as `<spec schema>` and moments as minutes, so that a story can be read. */
  toText(value: unknown): unknown;
}

/** The header of `history.md`. Moments are minutes since noon. */
interface Header {
  now: number;
  stopped?: boolean;
  unpublished?: string[];
  unfit?: string;
  /** Why the remote can't be reached; left out, the authority is local. */
  unreachable?: string;
  missions?: Record<string, MissionHeader>;
  /** Run folders of this host. */
  runs?: ({ run: string; mission?: string; feature?: string } & Partial<
    Pick<LocalRun, "owner" | "closed" | "waiting" | "remains">
  >)[];
  hosts?: (Partial<HostSighting> & { host: string })[];
  /** Why a configured runtime can't run here. */
  unable?: Record<string, string>;
  secrets?: string[];
}

interface MissionHeader
  extends Partial<Pick<MissionSnapshot, "ledgerState" | "refused" | "candidates" | "follow" | "merges">> {
  /** null: the branch is missing. */
  home?: Partial<HomeSnapshot> | null;
}

const HEADER_KEYS = "now stopped unpublished unfit unreachable missions runs hosts unable secrets".split(" ");
const MISSION_KEYS = "ledgerState refused candidates follow merges home".split(" ");

export function listStories(): string[] {
  const folders = readdirSync(STORIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).sort();
}

export function storyPath(name: string, file: string): string {
  return join(STORIES, name, file);
}

export function readStory(name: string): Story {
  try {
    return makeStory(name);
  } catch (error) {
    throw new Error(`story ${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function makeStory(name: string): Story {
  const files = readSources(name);
  const { header, ledgers } = splitHistory(readFileSync(storyPath(name, "history.md"), "utf8"));
  const repository = readRepository(files);
  const places = listPlaces(files, [...ledgers.keys(), ...Object.keys(header.missions ?? {})]);
  const missions = places.map(({ id, root }) => {
    checkKeys(header.missions?.[id] ?? {}, MISSION_KEYS);
    const own = files.filter(({ path }) => path.startsWith(`${root}/${id}/`));
    return readMission({ id, root, files: own, repository, records: ledgers.get(id) ?? [] }, header.missions?.[id]);
  });
  const localRuns = (header.runs ?? []).map((run) => readRun(run, missions));
  const snapshot: Snapshot = {
    now: NOON + header.now * MINUTE,
    host: HOST,
    authority:
      header.unreachable === undefined
        ? { kind: "local" }
        : { kind: "remote", remote: "origin", reachable: false, reason: header.unreachable },
    defaultBranch: { name: "main", tip: "main", codeTree: "code-main" },
    repository,
    builtinRoles: readBuiltinRoles(),
    stopped: header.stopped ?? false,
    unpublished: header.unpublished ?? [],
    unfit: header.unfit ?? null,
    missions,
    resting: [],
    localRuns,
    hosts: (header.hosts ?? []).map(readHost),
    capabilities: {
      runtimes: repository.config.runtimes.map((each) => ({
        name: each.name,
        reason: header.unable?.[each.name] ?? null,
      })),
      secrets: header.secrets ?? [],
    },
  };
  return { name, snapshot, toText: (value) => toText(value, specsOf(missions)) };
}

function readSources(name: string): SourceFile[] {
  const folder = storyPath(name, "");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => readSource(path, path.slice(folder.length + 1)))
    .filter(({ path }) => /^(?:todo\/)?missions\//.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readSource(from: string, path: string): SourceFile {
  const bytes = new Uint8Array(readFileSync(from));
  return { path, mode: "100644", blob: sha256(`${path} ${Buffer.from(bytes).toString()}`).slice(0, 12), bytes };
}

function readRepository(files: readonly SourceFile[]): RepositoryFiles {
  const hasOwn = files.some(({ path }) => path === "missions/config.md");
  const shared = readSource(join(STORIES, "config.md"), "missions/config.md");
  return parseRepositoryFiles(hasOwn ? files : [...files, shared]);
}

function readBuiltinRoles() {
  const names = readdirSync(AGENTS).filter((name) => name.endsWith(".md"));
  return names.map((name) => parseRole(readSource(join(AGENTS, name), `agents/${name}`)).document);
}

/** Folders with a mission and ledgers without one. */
function listPlaces(files: readonly SourceFile[], ledgers: readonly string[]): { id: string; root: MissionRoot }[] {
  const places = new Map<string, MissionRoot>();
  for (const { path } of files) {
    const [, root, id] = /^((?:todo\/)?missions)\/([^/]+)\/./.exec(path) ?? [];
    if (id !== undefined && id !== "agents") places.set(id, root as MissionRoot);
  }
  for (const id of ledgers) if (!places.has(id)) places.set(id, "missions");
  return [...places].map(([id, root]) => ({ id, root })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface MissionSources {
  id: string;
  root: MissionRoot;
  files: readonly SourceFile[];
  repository: RepositoryFiles;
  records: readonly WrittenRecord[];
}

function readMission(
  { id, root, files, repository, records: written }: MissionSources,
  { home, ...rest }: MissionHeader = {},
): MissionSnapshot {
  const documents = parseMissionFiles(root, id, files, sha256);
  const specs = new Map(documents.features.map((feature) => [feature.id, feature.spec]));
  const records = written.map((record) => readRecord(record, specs));
  const ledger = foldLedger(records.at(-1)?.id ?? null, records);
  const branch = ledger.created?.fact.home ?? "main";
  const standing = { branch, tip: "home", codeTree: "code", isDefault: branch === "main", obstacle: null };
  const ledgerState = ledger.created === null ? "none" : isNewerFormat(records) ? "newer" : "ok";
  return {
    id,
    root,
    path: `${root}/${id}`,
    ledgerState,
    ledger,
    home: home === null ? null : { ...standing, ...home },
    gone: ledger.created !== null && home !== null && files.length === 0,
    files: documents,
    repository,
    candidates: {},
    follow: null,
    merges: [],
    ...rest,
  };
}

interface WrittenRecord {
  id: string;
  minute: number;
  message: string;
}

/** What is written must be what the program would write: else the story tells of a ledger that no program makes. */
function readRecord({ id, minute, message }: WrittenRecord, specs: ReadonlyMap<string, string>): LedgerRecord {
  const text = message.replace(/<spec ([^<>]+)>/g, (_, feature: string) => found(specs.get(feature), feature));
  const author = { name: "Anna", email: "anna@example.com" };
  const record = parseRecord({ oid: id, at: NOON + minute * MINUTE, author, message: text });
  if (!isReadable(record)) throw new Error(`${id}: ${record.reason}`);
  const printed = printRecord(record);
  if (printed !== text) throw new Error(`${id} is not written as the program writes it:\n${printed}`);
  return record;
}

function splitHistory(text: string): { header: Header; ledgers: Map<string, WrittenRecord[]> } {
  const [, yaml = "", rest = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  const header = parse(yaml) as Header;
  checkKeys(header, HEADER_KEYS);
  const [, ...sections] = rest.split(/^# /m);
  const ledgers = sections.map((section): [string, WrittenRecord[]] => {
    const [title = "", ...records] = section.split(/^## /m);
    return [title.trim(), records.map(splitRecord)];
  });
  return { header, ledgers: new Map(ledgers) };
}

function splitRecord(text: string): WrittenRecord {
  const [, id = "", minute = "", message = ""] = /^(r\d+), minute ([\d.]+): (.*)$/s.exec(text) ?? [];
  if (id === "") throw new Error(`not a record: ${text}`);
  return { id, minute: Number(minute), message: `${message.trimEnd()}\n` };
}

function readRun(
  { run, mission: id, feature, ...given }: NonNullable<Header["runs"]>[number],
  missions: readonly MissionSnapshot[],
): LocalRun {
  const owner = missions.find(({ ledger }) => ledger.runs.has(run));
  const claim = owner?.ledger.runs.get(run)?.claim.fact;
  const about = claim?.about ?? { kind: "feature", feature: found(feature, run) };
  const runtime = missions[0]?.repository.config.runtimes[0] ?? null;
  const order = { run, mission: owner?.id ?? found(id, run), runKind: claim?.runKind ?? "work", about, runtime };
  // Deriving reads no more of an order.
  return { run, folder: `runs/${run}`, owner: "alive", closed: false, waiting: 0, ...given, order: order as Order };
}

function readHost({ host, at = 0, seenAt = null, runs = [] }: Partial<HostSighting> & { host: string }): HostSighting {
  const seen = seenAt === null ? null : NOON + seenAt * MINUTE;
  return { host, beat: `beat-${host}`, at: NOON + at * MINUTE, seenAt: seen, runs };
}

function specsOf(missions: readonly MissionSnapshot[]): ReadonlyMap<string, string> {
  return new Map(missions.flatMap(({ files }) => files.features.map(({ id, spec }) => [spec, `<spec ${id}>`])));
}

function toText(value: unknown, specs: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return value.replace(/[0-9a-f]{64}/g, (hash) => specs.get(hash) ?? hash);
  if (Array.isArray(value)) return value.map((each) => toText(each, specs));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toText(each, specs)]));
}

/** Minutes since the story's noon. */
export function minuteOf(moment: number): number {
  return Math.round(((moment - NOON) / MINUTE) * 1000) / 1000;
}

function checkKeys(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`unknown in the header: ${unknown.join(", ")}`);
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the story has no ${name}`);
  return value;
}
