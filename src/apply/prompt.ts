import { deriveAnswers, deriveComments, lastInSession, lastWorkRun, runOfHead } from "../derive/prompt-history.ts";
import { derivePromptInput } from "../derive/prompt-input.ts";
import type { Doors } from "../doors/doors.ts";
import { isEmptyHandoff, parseHandoff } from "../format/handoff.ts";
import { printPrompt } from "../format/prompt.ts";
import { commitsItself, type FeatureDocument, type Role } from "../model/documents.ts";
import type { PromptInput } from "../model/prompt.ts";
import type { Handoff, Order } from "../model/run.ts";
import { chooseSandbox } from "../policy/sandbox.ts";
import { findConflict } from "../repo/kept-conflict.ts";
import type { ApplyContext, Subject } from "./context.ts";
import { readReverted } from "./reverted.ts";
import { readRules } from "./rules.ts";
import { diffSpec, diffTold } from "./told-change.ts";

/** Handoffs of so many earlier features go into a prompt. */
const MOST_EARLIER = 5;
/** It comes on top of all that the conversation holds already. */
const RESUME_BYTES = 64_000;

export interface WorkPrompts {
  prompt: string;
  /** What is told instead where the order's conversation goes on: its agent knows the rest. null without one. */
  resume: string | null;
}

/** What a work run is told: what its order, the files on home and the ledger's attachments say. */
export async function makeWorkPrompts(
  context: ApplyContext,
  subject: Subject,
  feature: FeatureDocument,
  played: { order: Order; role: Role | null; kept: string | null },
): Promise<WorkPrompts> {
  const input = await readPromptInput(context, subject, feature, { ...played, judged: null });
  const prompt = printPrompt(input, readTemplate(context, "work"));
  const { session } = played.order;
  const before = session === null ? null : lastInSession(subject.mission, feature, session);
  if (before === null) return { prompt, resume: null };
  const { position, fact } = before.claim;
  const news: PromptInput = {
    ...input,
    answers: deriveAnswers(subject.mission, feature, position),
    comments: deriveComments(subject.mission, feature, position),
    specChange: await diffTold(context, subject, feature, fact.base),
  };
  return { prompt, resume: printPrompt(news, readTemplate(context, "resume"), { maxBytes: RESUME_BYTES }) };
}

export function readTemplate(
  { doors }: { doors: Pick<Doors, "packageFolder" | "files"> },
  name: "work" | "resume" | "review" | "validate" | "plan" | "plan-resume",
): string {
  const path = `${doors.packageFolder}/templates/prompts/${name}.md`;
  const template = doors.files.readText(path);
  if (template === null) throw new Error(`${path} is missing: install git-mission again`);
  return template;
}

/** Of Codex in its own sandbox, unless the person has said how that is to be. */
function isOffline({ runtime, permissions }: Order): boolean {
  const isChosen = runtime?.run.some((word) => /sandbox|network_access|bypass/.test(word)) ?? false;
  return runtime?.kind === "codex" && !isChosen && !chooseSandbox(permissions).network;
}

interface PromptSource {
  order: Order;
  role: Role | null;
  /** Head of the work that the run goes on from. */
  kept?: string | null;
  judged: PromptInput["judged"];
}

export async function readPromptInput(
  context: ApplyContext,
  subject: Subject,
  feature: FeatureDocument,
  { order, role, kept = null, judged }: PromptSource,
): Promise<PromptInput> {
  const last = lastWorkRun(subject.mission, feature);
  const start = order.conflicted ? "conflicted" : order.start === order.base ? "home" : "kept";
  return derivePromptInput(subject.mission, subject.document, feature, {
    run: order.run,
    attempt: order.attempt,
    role,
    setup: order.setup,
    policy: order.policy,
    limits: { minutes: order.limits.wallMs / 60_000, usd: order.limits.usd, tokens: order.limits.tokens },
    commits: order.runtime === null || commitsItself(order.runtime),
    isNarrow: order.permissions.autonomy === "intern" || order.permissions.risk === "red",
    isOffline: isOffline(order),
    secrets: order.secrets.map(({ name, reference }) => ({ name, variable: reference.replace(/^env:/, "") })),
    start,
    conflicts: judged ? [] : ((await findConflict(context.doors.git, order, order.start)) ?? []),
    // A reviewer sees the work of others as it is.
    earlier: judged ? [] : await readEarlier(context, subject, feature),
    lastHandoff: last?.ended ? await readHandoff(context, last.ended.record.id) : null,
    specChange: await diffSpec(
      context,
      feature,
      kept === null || start === "home" ? null : runOfHead(subject.mission, feature, kept),
    ),
    reverted: judged ? null : await readReverted(context, subject, feature, start !== "home"),
    rules: await readRules(context.doors.git, subject.mission.repository.config, subject.home.tip),
    judged,
  });
}

/** What landed before it in this mission and said what it did, the features that it depends on first. */
async function readEarlier(
  context: ApplyContext,
  { mission }: Subject,
  feature: FeatureDocument,
): Promise<PromptInput["earlier"]> {
  const landed = mission.ledger.landed.filter(({ fact }) => fact.run !== null && fact.feature !== feature.id).reverse();
  const near = landed.toSorted(
    (a, b) => Number(feature.dependsOn.includes(b.fact.feature)) - Number(feature.dependsOn.includes(a.fact.feature)),
  );
  const earlier: PromptInput["earlier"][number][] = [];
  for (const { fact } of near.slice(0, MOST_EARLIER)) {
    const ended = mission.ledger.runs.get(fact.run ?? "")?.ended;
    const handoff = ended ? await readHandoff(context, ended.record.id) : null;
    const title = mission.files.features.find(({ id }) => id === fact.feature)?.title ?? fact.feature;
    if (handoff) earlier.push({ feature: fact.feature, title, handoff });
  }
  return earlier;
}

async function readHandoff({ doors }: ApplyContext, record: string): Promise<Handoff | null> {
  const object = await doors.git.readObject(`${record}:handoff.md`);
  if (object?.type !== "blob") return null;
  const handoff = parseHandoff(object.bytes.toString("utf8"));
  return isEmptyHandoff(handoff) ? null : handoff;
}
