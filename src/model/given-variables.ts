/** Which of a person's variables a run is given, and which of those are secrets. */

import type { Runtime, RuntimeKind } from "./documents.ts";
import type { Order } from "./run.ts";

export type Source = Readonly<Record<string, string | undefined>>;

export interface Secret {
  /** Of the variable. */
  name: string;
  value: string;
}

export interface Given {
  env: Record<string, string>;
  /** What must not be seen in any log or report, nor in any commit. */
  secrets: readonly Secret[];
  /** References of the order that this host can't resolve. */
  missing: readonly string[];
}

const COMMON = /^(?:PATH|HOME|LANG|LC_[A-Z]+|TMPDIR|SHELL|USER|LOGNAME|TZ)$/;
/** The way out of this network: without it neither an agent nor a setup reaches anything. */
const PROXY = /^(?:HTTPS?|ALL)_PROXY$/i;
const NETWORK = /^(?:NO_PROXY|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE)$/;
/** Even when an order names them: they would turn git or the dynamic loader against the run, or forge our markers. */
const NEVER = /^(?:GIT_.*|MISSION(?:_.*)?|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV)$/;
/** What a coding agent reads to find its account and its provider, as the person has set it up. */
const OF_AGENT: Readonly<Partial<Record<RuntimeKind, RegExp>>> = {
  claude: named("ANTHROPIC|CLAUDE"),
  codex: named("OPENAI|CODEX"),
};
/** Accounts of providers, for agents that work with any of them. Clouds and code hosts are more than that: `env` names those. */
const PROVIDERS = "ANTHROPIC|OPENAI|GEMINI|GOOGLE|OPENROUTER|MISTRAL|GROQ|DEEPSEEK|XAI|DASHSCOPE";
/** Agents of the kind `acp`, by what they are started with; others get what `env` names. */
const OF_PROGRAM: readonly (readonly [program: RegExp, reads: RegExp])[] = [
  [/^opencode(?:-ai)?$/, named(`OPENCODE|${PROVIDERS}`, "XDG_(?:CONFIG|DATA|STATE|CACHE)_HOME")],
  [/^gemini(?:-cli)?$/, named("GEMINI|GOOGLE")],
  [/^qwen(?:-code)?$/, named(`QWEN|${PROVIDERS}`)],
  [/^copilot$/, named("COPILOT")],
  [/^claude(?:-agent|-code)-acp$/, OF_AGENT.claude as RegExp],
  [/^codex-acp$/, OF_AGENT.codex as RegExp],
];
/** Claude's models at a cloud: what is switched on by the first is found by the others. */
const CLOUDS: readonly (readonly [chosenBy: string, reads: RegExp])[] = [
  ["CLAUDE_CODE_USE_BEDROCK", named("AWS")],
  ["CLAUDE_CODE_USE_VERTEX", named("GOOGLE|GCLOUD|VERTEX", "CLOUD_ML_REGION")],
];
/**
 * Of a session or an editor that mission itself was started from: an agent that takes itself for a part of it talks to that
 * editor, keeps no conversation, or thinks that it is in a sandbox. Claude Code 2.1.197 and Codex 0.169.0 were looked into.
 */
const OF_PARENT = new RegExp(
  `^(?:${[
    "GEMINI_CLI_IDE_.*",
    "OPENCODE_(?:PID|ROUTE|CLIENT|SERVER_.*|WORKSPACE_ID|EXPERIMENTAL_WORKSPACES)",
    "CLAUDE_CODE_(?:ENTRYPOINT|SSE_PORT|CHILD_SESSION|EXECPATH|INVOKED_SKILLS|TASK_LIST_ID|AGENT|TMUX_.*)",
    "CLAUDE_CODE_(?:SESSION_(?:ID|KIND|NAME|LOG)|SUPERVISED|SPAWN_TIMESTAMP_MS|.*_FILE_DESCRIPTOR)",
    "CLAUDE_(?:EFFORT|PROJECT_DIR|ENV_FILE|JOB_DIR|BG_.*|PLUGIN_.*|AGENT_SDK_VERSION|RUNNER_ACTIVITY_FD)",
    "CODEX_(?:SANDBOX.*|THREAD_ID|CI|MANAGED_.*|INTERNAL_.*|SNAPSHOT_.*|NON_INTERACTIVE)",
  ].join("|")})$`,
);
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|AUTH|CREDENTIAL|HEADERS|COOKIE|BEARER|CONFIG_CONTENT/;
/** Say how an account is used, or where it lies. */
const NO_SECRET = /_(?:TYPE|METHOD|MODE|TTL_MS|MS|TOKENS|FILE|PATH|DIR|URL|URI)$/;
/** Numbers and switches occur anywhere. */
const PLAIN = /^(?:\d{1,12}|true|false)$/i;
const REFERENCE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** For all that a run starts. */
export function commonVariables(source: Source): Record<string, string> {
  return Object.fromEntries(
    valuesOf(source).filter(([name]) => COMMON.test(name) || PROXY.test(name) || NETWORK.test(name)),
  );
}

/** For a run's agent. `configured`: what its own settings name beside. */
export function giveVariables(
  { runtime, secrets: asked }: Pick<Order, "runtime" | "secrets">,
  source: Source,
  configured: readonly string[] = [],
): Given {
  const env = commonVariables(source);
  const secrets = Object.entries(env).flatMap(([name, value]) => (PROXY.test(name) ? accountOf(name, value) : []));
  const missing: string[] = [];
  const give = (name: string, value: string, isSecret: boolean): void => {
    env[name] = value;
    if (isSecret) secrets.push({ name, value });
  };
  const reads = readBy(runtime, source);
  for (const [name, value] of valuesOf(source)) {
    const isRead = reads.some((each) => each.test(name)) && !OF_PARENT.test(name);
    if (isRead) give(name, value, SECRET.test(name) && !NO_SECRET.test(name) && !PLAIN.test(value));
  }
  for (const name of [...configured, ...(runtime?.env ?? [])]) {
    const value = source[name];
    if (value !== undefined && !NEVER.test(name)) give(name, value, true);
  }
  for (const { reference } of asked) {
    const name = REFERENCE.exec(reference)?.[1];
    const value = name === undefined || NEVER.test(name) ? undefined : source[name];
    if (name === undefined || value === undefined) missing.push(reference);
    else give(name, value, true);
  }
  return { env, secrets, missing };
}

function valuesOf(source: Source): [string, string][] {
  return Object.entries(source).filter((each): each is [string, string] => each[1] !== undefined);
}

function readBy(runtime: Runtime | null, source: Source): RegExp[] {
  const own = ownReads(runtime);
  if (own === undefined) return [];
  const clouds =
    own === OF_AGENT.claude ? CLOUDS.filter(([chosenBy]) => /^(?:1|true|yes|on)$/i.test(source[chosenBy] ?? "")) : [];
  return [own, ...clouds.map(([, reads]) => reads)];
}

function ownReads(runtime: Runtime | null): RegExp | undefined {
  if (runtime?.kind !== "acp") return OF_AGENT[runtime?.kind ?? "command"];
  // A package's name stands for its program: `npx @google/gemini-cli@0.61.0`.
  const words = runtime.run.map((word) => /([^/@]*)(?:@[^/@]*)?$/.exec(word)?.[1] ?? "");
  return OF_PROGRAM.find(([program]) => words.some((word) => program.test(word)))?.[1];
}

/** `http://anna:password@proxy:3128`: who may pass, as it stands there and as it is meant. */
function accountOf(name: string, value: string): Secret[] {
  const account = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/]*)@/i.exec(value)?.[1];
  const password = account?.split(":").slice(1).join(":") ?? "";
  if (account === undefined || password === "") return [];
  return [...new Set([account, password, decoded(password)])].map((each) => ({ name, value: each }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function named(prefixes: string, others = "-"): RegExp {
  return new RegExp(`^(?:(?:${prefixes})_[A-Z0-9_]+|${others})$`);
}
