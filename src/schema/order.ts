/** The shape of `run.json`: what the program that carries an order out checks before it does anything that the order says. */

import { z } from "zod";
import type { Runtime } from "../model/documents.ts";
import type { About, GatePurpose, RunKind } from "../model/record.ts";
import type { Order } from "../model/run.ts";

const RUN_KINDS: readonly RunKind[] = ["work", "gate", "review", "validate", "plan", "learn"];
const PURPOSES: readonly GatePurpose[] = ["features", "follow", "sign", "home"];
const RUNTIME_KINDS: readonly Runtime["kind"][] = ["command", "replay", "claude", "codex", "acp", "tmux"];
const PREFIXES = ["refs/mission", "refs/heads/mission-state"] as const;

const text = z.string();
/** Names a file or a ref: nothing in it may lead elsewhere. */
const name = text.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?$/);
const commit = text.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const count = z.int().min(0);
const amount = z.number().min(0);
const milliseconds = z.number().min(0);

const heads = z.array(z.object({ feature: name, head: commit }));

const about: z.ZodType<About> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("feature"), feature: name }),
  z.object({ kind: z.literal("features"), features: heads.min(1) }),
  z.object({ kind: z.literal("milestone"), milestone: name }),
  z.object({ kind: z.literal("follow"), head: commit }),
  z.object({ kind: z.literal("sign"), milestone: name, head: commit }),
  z.object({ kind: z.literal("home"), head: commit }),
  z.object({ kind: z.literal("mission") }),
]);

const check = z.discriminatedUnion("method", [
  z.object({
    method: z.literal("bash"),
    run: text,
    timeoutMs: milliseconds.nullable(),
    expectOutput: text.nullable(),
  }),
  z.object({
    method: z.literal("codebase"),
    pattern: text.nullable(),
    absent: text.nullable(),
    path: text.nullable(),
  }),
  z.object({
    method: z.literal("browser"),
    script: text.nullable(),
    url: text.nullable(),
    steps: z.array(text),
    expect: z.array(text),
  }),
  z.object({ method: z.literal("agent"), role: text.nullable(), ask: text }),
  z.object({ method: z.literal("manual"), ask: text }),
]);

const runtime = z.object({
  name: text,
  kind: z.enum(RUNTIME_KINDS),
  run: z.array(text),
  env: z.array(text),
  cost: z.enum(["none", "unknown"]),
  billing: z.enum(["api", "subscription"]).nullable(),
  folder: text.nullable(),
});

const owner = z.object({ machine: text, boot: text, pidNamespace: text, pid: z.int(), startedAt: text });

const policy = z.object({
  missionFolders: z.array(text),
  writable: z.array(text),
  protected: z.array(text),
  scope: z.array(text),
});

const permissions = z.object({
  autonomy: z.enum(["intern", "specialist", "lead"]),
  risk: z.enum(["green", "yellow", "red"]),
  tools: z.array(text),
  allowed: z.array(text),
  denied: z.array(text),
});

const limits = z.object({
  wallMs: milliseconds,
  idleMs: milliseconds,
  setupMs: milliseconds,
  checkMs: milliseconds,
  usd: amount.nullable(),
  tokens: amount.nullable(),
  outputBytes: count,
  diskBytes: count,
  evidenceBytes: count,
  harvestMs: milliseconds,
  killGraceMs: milliseconds,
});

const question = z.object({
  label: text,
  role: text,
  permissions,
  runtime,
  model: text.nullable(),
  tier: z.enum(["economy", "standard", "thinking"]).nullable(),
  prompt: text,
  minutes: amount,
  usd: amount.nullable(),
  tokens: amount.nullable(),
});

/** Keys of later versions are dropped: an order that must be understood in full has another `version`. */
export const orderShape: z.ZodType<Order> = z.object({
  version: z.literal(1),
  run: name,
  runKind: z.enum(RUN_KINDS),
  mission: name,
  about,
  attempt: count,
  spec: text,
  base: commit,
  start: commit,
  conflicted: z.boolean(),
  purpose: z.enum(PURPOSES).nullable(),
  features: heads,
  codeTree: text,
  baseCodeTree: text,
  nonce: text.regex(/^[a-z0-9]+$/),
  host: name,
  owner,
  gitDir: text.startsWith("/"),
  authority: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("local") }),
    // A remote whose name begins with a dash would be an option of git.
    z.object({ kind: z.literal("remote"), remote: text.regex(/^[^-]/) }),
  ]),
  refPrefix: z.enum(PREFIXES),
  branch: text,
  title: text,
  identity: z.object({ name: text, email: text }),
  isolation: z.enum(["clone", "sandbox", "linked"]),
  setup: z.array(text),
  checks: z.array(z.object({ check, assertion: text.nullable() })),
  // Left out by the versions before this.
  questions: z.array(question).default([]),
  runtime: runtime.nullable(),
  model: text.nullable(),
  tier: z.enum(["economy", "standard", "thinking"]).nullable(),
  role: text.nullable(),
  session: text.nullable(),
  sessionSpent: z.object({ input: amount, output: amount, cached: amount }),
  secrets: z.array(z.object({ name: text, reference: text })),
  policy,
  permissions,
  limits,
  ttlMs: milliseconds,
  createdAt: z.number(),
});
