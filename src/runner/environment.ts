/**
 * The environment of what a run starts: a short list of the person's own variables, what the order names, and our
 * markers. Everything else stays behind, above all credentials and what points git, node or a loader elsewhere.
 */

import type { Runtime, RuntimeKind } from "../model/documents.ts";
import { featureOf, isPlayed, type Order } from "../model/run.ts";

type Source = Readonly<Record<string, string | undefined>>;
export type Environment = Record<string, string>;

const PASSED = /^(?:PATH|HOME|LANG|LC_[A-Z]+|TMPDIR|SHELL|USER|LOGNAME|TZ)$/;
/** Even when an order names them: they would turn git or the dynamic loader against the run, or forge our markers. */
const NEVER = /^(?:GIT_.*|MISSION(?:_.*)?|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV)$/;
/** What a coding agent reads to find its account and its provider, as the person has set it up. */
const OF_AGENT: Readonly<Partial<Record<RuntimeKind, RegExp>>> = {
  claude: /^(?:ANTHROPIC|CLAUDE)_[A-Z_]+$/,
  codex: /^(?:OPENAI|CODEX)_[A-Z_]+$/,
};
/** Accounts of providers, for agents that work with any of them. Clouds and code hosts are more than that: `env` names those. */
const PROVIDERS = "ANTHROPIC|OPENAI|GEMINI|GOOGLE|OPENROUTER|MISTRAL|GROQ|DEEPSEEK|XAI|DASHSCOPE";
/** Agents of the kind `acp`, by what they are started with; others get what `env` names. */
const OF_PROGRAM: readonly (readonly [program: RegExp, reads: RegExp])[] = [
  [/^opencode(?:-ai)?$/, named(`OPENCODE|${PROVIDERS}`, "XDG_(?:CONFIG|DATA|STATE|CACHE)_HOME")],
  [/^gemini(?:-cli)?$/, named("GEMINI|GOOGLE")],
  [/^qwen(?:-code)?$/, named(`QWEN|${PROVIDERS}`)],
  [/^copilot$/, named("COPILOT")],
  [/^claude(?:-agent|-code)-acp$/, named("ANTHROPIC|CLAUDE")],
  [/^codex-acp$/, named("OPENAI|CODEX")],
];
/** Of a session or an editor that mission itself was started from. */
const OF_PARENT =
  /^(?:GEMINI_CLI_IDE_.*|OPENCODE_(?:PID|ROUTE|CLIENT|SERVER_.*|WORKSPACE_ID|EXPERIMENTAL_WORKSPACES))$/;
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|AUTH|CONFIG_CONTENT/;
const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

export interface WorkerEnvironment {
  env: Environment;
  /** Values that must not be seen in any log or report. */
  secrets: readonly string[];
  /** References of the order that this host can't resolve. */
  missing: readonly string[];
}

/** For setup and checks: no secrets, no prompts. */
export function commandEnvironment(order: Order, source: Source): Environment {
  return { ...commonEnvironment(order, source), CI: "true" };
}

/** For the worker: what its runtime and its feature name, files to read and write, the identity to commit with. */
export function workerEnvironment(
  order: Order,
  source: Source,
  files: { promptFile: string; handoffFile: string },
): WorkerEnvironment {
  const env = commonEnvironment(order, source);
  const secrets: string[] = [];
  const missing: string[] = [];
  const ofAgent = readBy(order.runtime);
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || !ofAgent?.test(name) || OF_PARENT.test(name)) continue;
    env[name] = value;
    if (SECRET.test(name)) secrets.push(value);
  }
  for (const name of order.runtime?.env ?? []) {
    const value = source[name];
    if (value === undefined || NEVER.test(name)) continue;
    env[name] = value;
    secrets.push(value);
  }
  for (const { reference } of order.secrets) {
    const name = REFERENCE.exec(reference)?.[1];
    const value = name === undefined || NEVER.test(name) ? undefined : source[name];
    if (name === undefined || value === undefined) missing.push(reference);
    else {
      env[name] = value;
      secrets.push(value);
    }
  }
  env.MISSION_PROMPT_FILE = files.promptFile;
  env.MISSION_HANDOFF_FILE = files.handoffFile;
  Object.assign(env, identityOf(order));
  return { env, secrets, missing };
}

function readBy(runtime: Runtime | null): RegExp | undefined {
  if (runtime?.kind !== "acp") return OF_AGENT[runtime?.kind ?? "command"];
  // A package's name stands for its program: `npx @google/gemini-cli@0.61.0`.
  const words = runtime.run.map((word) => /([^/@]*)(?:@[^/@]*)?$/.exec(word)?.[1] ?? "");
  return OF_PROGRAM.find(([program]) => words.some((word) => program.test(word)))?.[1];
}

function named(prefixes: string, others = "-"): RegExp {
  return new RegExp(`^(?:(?:${prefixes})_[A-Z0-9_]+|${others})$`);
}

function commonEnvironment(order: Order, source: Source): Environment {
  const env: Environment = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && PASSED.test(name)) env[name] = value;
  }
  env.TERM = "dumb";
  env.GIT_TERMINAL_PROMPT = "0";
  env.MISSION = order.mission;
  env.MISSION_RUN = order.run;
  env.MISSION_ATTEMPT = String(order.attempt);
  env.MISSION_RUN_KIND = order.runKind;
  const feature = featureOf(order.about);
  if (feature !== null && isPlayed(order.runKind)) env.MISSION_FEATURE = feature;
  return env;
}

function identityOf(order: Order): Environment {
  const { name, email } = order.identity;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
