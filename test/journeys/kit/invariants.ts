/**
 * What must hold of every ledger and every home, whatever happened: read from git alone, without the engine's own folding and
 * deriving. Answers violations in words.
 */

import type { Git, RawCommit } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { parseRecord } from "../../../src/format/record.ts";
import type { Fact, LedgerRecord } from "../../../src/model/record.ts";
import { featureOf } from "../../simulation/check/history.ts";
import { checkSignOffs, type SigningPlan } from "../../simulation/check/sign-offs.ts";

const MISSION_FOLDERS = ["missions", "todo/missions"];
const LEDGERS = "refs/mission/ledger/";

export interface Place {
  /** Folder of the repository that is the authority. */
  folder: string;
  env: Readonly<Record<string, string>>;
  /** Features whose landings a person rewrote or took off home. */
  rewritten?: readonly string[];
  /** Missions whose folder or home a person took away. */
  gone?: readonly string[];
}

interface Subject {
  git: Git;
  refs: ReadonlyMap<string, string>;
  mission: string;
  records: readonly LedgerRecord[];
  /** First parents of home, oldest first. */
  home: readonly RawCommit[];
  say(text: string): void;
}

/** Violations of what must hold in the repository that is the authority. */
export async function findViolations({ folder, env, rewritten = [], gone = [] }: Place): Promise<string[]> {
  const violations: string[] = [];
  const git = openGit({ cwd: folder, env });
  try {
    const refs = await git.listRefs([LEDGERS, "refs/heads"]);
    const verdicts = await readVerdicts(git, refs);
    for (const [name, tip] of refs) {
      if (!name.startsWith(LEDGERS)) continue;
      const mission = name.slice(LEDGERS.length);
      const say = (text: string) => void violations.push(`${mission}: ${text}`);
      const records = await readRecords(git, tip, say);
      const created = records.findLast(({ fact }) => fact.kind === "created")?.fact;
      if (created?.kind !== "created") say("its ledger has no created");
      else if (!gone.includes(mission)) {
        const home = await firstParents(git, refs.get(`refs/heads/${created.home}`));
        const subject = { git, refs, mission, records, home, say };
        checkRuns(subject);
        checkLandings(subject, rewritten);
        await checkCode(subject, verdicts);
        for (const [index, commit] of home.entries()) await checkCommit(subject, commit, home[index - 1]);
        await checkSignatures(subject);
        if (created.home !== "main") await checkDefaultBranch(subject);
      }
    }
  } finally {
    git.close();
  }
  return violations;
}

/** All records, of every epoch, oldest first. */
async function readRecords(git: Git, tip: string, say: Subject["say"]): Promise<LedgerRecord[]> {
  const commits = await git.listCommits(tip, null);
  if (commits.some(({ parents }) => parents.length > 1)) say("its ledger is no line");
  return commits.map(parseRecord).filter((record): record is LedgerRecord => {
    if ("fact" in record) return true;
    say(`record ${record.id} can't be read: ${record.reason}`);
    return false;
  });
}

async function firstParents(git: Git, tip: string | undefined): Promise<readonly RawCommit[]> {
  return tip === undefined ? [] : git.listCommits(tip, null);
}

function ofKind<K extends Fact["kind"]>(
  records: readonly LedgerRecord[],
  kind: K,
): readonly Extract<Fact, { kind: K }>[] {
  return records.map(({ fact }) => fact).filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

function checkRuns({ records, say }: Subject): void {
  const claims = ofKind(records, "claim").map(({ run }) => run);
  for (const run of new Set(claims)) {
    if (claims.filter((other) => other === run).length > 1) say(`run ${run} was claimed twice`);
    const ends = ofKind(records, "run-ended").filter((end) => end.run === run);
    // Only a run that was taken for lost may report after all, to correct its cost.
    if (ends.length > 1 && ends[0]?.outcome !== "lost") say(`run ${run} ended ${ends.length} times`);
  }
  const live = new Map<string, string>();
  for (const { fact } of records) {
    if (fact.kind === "claim" && fact.runKind === "work" && fact.about.kind === "feature") {
      const other = live.get(fact.about.feature);
      if (other) say(`${fact.run} was claimed while ${other} had ${fact.about.feature}`);
      live.set(fact.about.feature, fact.run);
    }
    if (fact.kind === "run-ended") {
      if (!claims.includes(fact.run)) say(`${fact.run} ended and was never claimed`);
      for (const [feature, run] of live) if (run === fact.run) live.delete(feature);
    }
  }
}

/** At most one landing between two retries of a feature or changes of its spec, each on home's own line. */
function checkLandings({ mission, records, home, say }: Subject, rewritten: readonly string[]): void {
  const since = new Map<string, string>();
  const line = new Set(home.map(({ oid }) => oid));
  for (const { fact } of records) {
    if (fact.kind === "created") since.clear();
    if (fact.kind === "control" && fact.action === "retry") since.delete(fact.target.replace(`${mission}/`, ""));
    if (fact.kind !== "landed") continue;
    if (since.get(fact.feature) === fact.spec) say(`${fact.feature} landed twice`);
    since.set(fact.feature, fact.spec);
    if (!rewritten.includes(fact.feature) && !line.has(fact.commit))
      say(`${fact.feature} landed as ${fact.commit}, which is not on home`);
  }
}

interface Verdicts {
  /** Code trees that passed, were recorded as unchecked, or were passed by a person. */
  good: ReadonlySet<string>;
  /** Whether anything was ever checked. */
  judged: boolean;
}

/** Of all missions: several may have one home. */
async function readVerdicts(git: Git, refs: ReadonlyMap<string, string>): Promise<Verdicts> {
  const ledgers = [...refs].filter(([name]) => name.startsWith(LEDGERS));
  const all = await Promise.all(ledgers.map(([, tip]) => readRecords(git, tip, () => {})));
  const records = all.flat();
  const byPerson = ofKind(records, "answered").some(({ decision }) => decision === "approved");
  // A reviewer's word alone brings nothing to home.
  const verdicts = ofKind(records, "verdict").filter(({ of }) => of !== "review");
  const isGood = ({ result }: (typeof verdicts)[number]) =>
    result === "passed" || result === "unchecked" || (result === "inconclusive" && byPerson);
  return {
    good: new Set(verdicts.filter(isGood).map(({ codeTree }) => codeTree)),
    judged: verdicts.some(({ checks }) => checks.length > 0),
  };
}

/** What the program brings to home has passed as exactly that code, or was recorded as unchecked. */
async function checkCode({ git, records, home, say }: Subject, { good, judged }: Verdicts): Promise<void> {
  const chained = new Set(ofKind(records, "landed").map(({ commit }) => commit));
  const after = ofKind(records, "claim").find(({ runKind }) => runKind === "work")?.base;
  const start = home.findIndex(({ oid }) => oid === after);
  for (const [index, commit] of home.entries()) {
    const parent = home[index - 1];
    if (index <= start || !parent || !isOurs(commit)) continue;
    // Within a chain only the last tree was judged.
    const next = home[index + 1];
    if (next && isOurs(next) && chained.has(commit.oid) && chained.has(next.oid)) continue;
    const code = await git.codeTree(commit.oid, MISSION_FOLDERS);
    if (code === (await git.codeTree(parent.oid, MISSION_FOLDERS)) || good.has(code)) continue;
    if (judged || commit.parents.length === 1)
      say(`${commit.message.split("\n")[0]} brought code to home that passed no gate`);
  }
}

/** In the missions' folders the program changes one status, or adds files. */
async function checkCommit({ git, say }: Subject, commit: RawCommit, parent: RawCommit | undefined): Promise<void> {
  if (!isOurs(commit) || !parent || commit.parents.length !== 1) return;
  const subject = commit.message.split("\n")[0] ?? "";
  const lists = await Promise.all(MISSION_FOLDERS.map((folder) => git.changedPaths(parent.oid, commit.oid, folder)));
  const changed = lists.flat().filter(({ path }) => !/\/(?:research|assets)\//.test(path));
  const edited = changed.filter(({ status }) => status !== "A");
  for (const { path, status } of edited) {
    const [before, now] = await Promise.all([parent, commit].map(({ oid }) => read(git, oid, path)));
    if (status !== "M" || without(before) !== without(now)) say(`"${subject}" changed more than a status in ${path}`);
  }
  if (edited.length > 1) say(`"${subject}" changed ${edited.length} mission files`);
  if (commit.message.includes("\nMission-Head: ") && changed.length !== 1)
    say(`"${subject}" changed ${changed.length} mission files`);
}

/** Nothing gets to the default branch but what a person signed, and the closing commit. */
async function checkDefaultBranch({ git, refs, mission, records, say }: Subject): Promise<void> {
  const asks = ofKind(records, "asked");
  const signed = ofKind(records, "answered").flatMap(({ ask, decision }) => {
    const asked = asks[ask - 1];
    return asked?.ask === "sign-off" && decision === "approved" ? [asked.boundTo] : [];
  });
  const allowed = new Set([...signed, ...ofKind(records, "completed").map(({ commit }) => commit)]);
  for (const commit of await firstParents(git, refs.get("refs/heads/main"))) {
    if (!isOurs(commit) || !commit.message.includes(`Mission: ${mission}/`)) continue;
    if (!allowed.has(commit.parents[1] ?? "")) say(`${commit.oid} is on the default branch and nobody signed it`);
  }
}

/** Whoever `sign_off` asks has signed: features before they land, milestones before the next one, the end before it comes. */
async function checkSignatures({ git, mission, records, home, say }: Subject): Promise<void> {
  const plans = new Map<string, SigningPlan | null>();
  for (const { homeTip, fact } of records) {
    const isAsked = fact.kind === "completed" || (fact.kind === "claim" && fact.runKind === "work");
    if (isAsked && homeTip !== null && !plans.has(homeTip)) plans.set(homeTip, await readPlan(git, homeTip, mission));
  }
  const planAt = ({ homeTip }: LedgerRecord) => plans.get(homeTip ?? "") ?? null;
  checkSignOffs({ mission, records, planAt }).forEach(say);
  const asks = ofKind(records, "asked");
  const signed = ofKind(records, "answered").flatMap(({ ask, decision }) => {
    const asked = asks[ask - 1];
    return decision === "approved" && asked ? [`${asked.about} ${asked.boundTo.split(" ")[1]}`] : [];
  });
  for (const [index, commit] of home.entries()) {
    const feature = featureOf(commit, mission);
    const head = /^Mission-Head: (.+)$/m.exec(commit.message)?.[1];
    const parent = home[index - 1];
    if (!isOurs(commit) || !parent || feature === null || head === undefined) continue;
    const isAsked = (await readPlan(git, parent.oid, mission))?.signOff === "feature";
    if (isAsked && !signed.includes(`${feature} ${head}`)) say(`${feature} landed as ${head} and nobody signed it`);
  }
}

/** What the files of a mission said at a commit, read by their lines. */
async function readPlan(git: Git, commit: string, mission: string): Promise<SigningPlan | null> {
  const isHere = (await git.resolve(commit)) !== null;
  for (const folder of isHere ? MISSION_FOLDERS : []) {
    const header = await readIfThere(git, `${commit}:${folder}/${mission}/mission.md`);
    if (header === null) continue;
    const word = (key: string) => new RegExp(`^${key}: *"?([a-z]+)"?\\s*(?:#.*)?$`, "m").exec(header)?.[1];
    const usual = word("mode") === "poc" ? "mission" : "milestone";
    const signOff = (word("sign_off") ?? usual) as SigningPlan["signOff"];
    return { signOff, milestones: await readMilestones(git, `${commit}:${folder}/${mission}/milestones`) };
  }
  return null;
}

async function readMilestones(git: Git, place: string): Promise<SigningPlan["milestones"]> {
  const milestones: { id: string; features: readonly string[] }[] = [];
  for (const name of await listNames(git, place)) {
    const header = await readIfThere(git, `${place}/${name}/milestone.md`);
    if (header === null || /^status: *"?(?:hold|cancelled)/m.test(header)) continue;
    const files = (await listNames(git, `${place}/${name}`)).filter((file) => file.endsWith(".md"));
    milestones.push({ id: name.replace(/^\d+-/, ""), features: files.map((file) => file.slice(0, -".md".length)) });
  }
  return milestones;
}

/** Made by a pulse. What a person rebased or squashed is the person's. */
function isOurs({ committer }: RawCommit): boolean {
  return committer.email.startsWith("pulse@");
}

async function read(git: Git, oid: string, path: string): Promise<string> {
  return (await git.readObject(`${oid}:${path}`))?.bytes.toString("utf8") ?? "";
}

async function readIfThere(git: Git, spec: string): Promise<string | null> {
  const object = await git.readObject(spec);
  return object?.type === "blob" ? object.bytes.toString("utf8") : null;
}

async function listNames(git: Git, spec: string): Promise<readonly string[]> {
  const folder = await git.readObject(spec);
  const entries = folder?.type === "tree" ? await git.readTree(folder.oid) : null;
  return (entries ?? []).map(({ name }) => name);
}

function without(text: string | undefined): string | undefined {
  return text?.replace(/^status:[^\r\n]*(?:\r\n|\r|\n)/m, "");
}
