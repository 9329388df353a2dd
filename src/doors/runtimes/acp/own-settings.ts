/** What is asked of an agent by its environment, where the protocol has no word for it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, objectOf } from "../agent/stream.ts";

type Environment = Readonly<Record<string, string>>;

const GEMINI = /(?:^|\/)gemini(?:-cli)?(?:@[^/]*)?$/;
const QWEN = /(?:^|\/)qwen(?:-code)?(?:@[^/]*)?$/;
const OPENCODE = /(?:^|\/)opencode(?:-ai)?(?:@[^/]*)?$/;
/**
 * Of its rules the last one that fits counts, and rules of the same name keep the place where the person has them: `**` fits
 * all that `*` does, and comes after the person's own for single commands, which would let pass what nobody then judges.
 */
const ASK = { "*": "ask", "**": "ask" };
const ASKED_FOR = { edit: ASK, bash: ASK, webfetch: "ask", external_directory: ASK };

/** Its tools that reach anything, and those of all servers. A file with one rule that it does not know counts for nothing. */
const GEMINI_TOOLS = [
  ...["run_shell_command", "write_file", "replace", "web_fetch", "google_web_search"],
  ...["read_file", "read_many_files", "list_directory", "glob", "grep_search", "search_file_content"],
];
const GEMINI_ASKS = 'decision = "ask_user"\npriority = 999\n';
const GEMINI_RULES = `[[rule]]
toolName = ${JSON.stringify(GEMINI_TOOLS)}
${GEMINI_ASKS}
[[rule]]
mcpName = "*"
toolName = "*"
${GEMINI_ASKS}`;

/** How an agent is started. `isJudged`: it is to ask before it does anything. Else what a person has set stays. */
export interface OwnSettings {
  command: readonly string[];
  env: Environment;
}

interface Where {
  isJudged: boolean;
  workspace: string;
  /** Of the run, outside of its workspace. */
  folder: string;
}

export function ownSettings(own: OwnSettings, where: Where): OwnSettings {
  const { command, env } = own;
  const is = (program: RegExp): boolean => command.some((word) => program.test(word));
  if (is(OPENCODE)) return { command, env: openCodeEnvironment(env, where.isJudged) };
  if (where.isJudged && is(GEMINI)) return geminiSettings(own, where);
  return where.isJudged && is(QWEN) ? { command, env: qwenEnvironment(env, where) } : own;
}

/** A system's settings outweigh those of the person; a workspace that is not trusted has none. */
function qwenEnvironment(env: Environment, { workspace, folder }: Where): Environment {
  const [settings, trusted] = [join(folder, "qwen-settings.json"), join(folder, "qwen-trusted-folders.json")];
  writeFileSync(settings, JSON.stringify(QWEN_SETTINGS));
  writeFileSync(trusted, JSON.stringify({ [workspace]: "DO_NOT_TRUST" }));
  return { ...env, QWEN_CODE_SYSTEM_SETTINGS_PATH: settings, QWEN_CODE_TRUSTED_FOLDERS_PATH: trusted };
}

const QWEN_SETTINGS = {
  security: { folderTrust: { enabled: true } },
  tools: { approvalMode: "default" },
  permissions: { ask: ["Bash", "Edit", "Write", "Read", "WebFetch", "mcp__*"] },
};

/** An administrator's rules outweigh those of the person; a workspace that is not trusted has none. */
function geminiSettings({ command, env }: OwnSettings, { folder }: Where): OwnSettings {
  const rules = join(folder, "gemini-policy.toml");
  writeFileSync(rules, GEMINI_RULES);
  const { GEMINI_CLI_TRUST_WORKSPACE: _, ...others } = env;
  return {
    command: [...command, "--admin-policy", rules],
    env: { ...others, GEMINI_CLI_TRUSTED_FOLDERS_PATH: join(folder, "gemini-trusted-folders.json") },
  };
}

function openCodeEnvironment(env: Environment, isJudged: boolean): Environment {
  // What is denied is told to the model; else the turn would end without a word.
  const content = { experimental: { continue_loop_on_deny: true }, ...(isJudged ? AS_ITSELF : {}) };
  return {
    // That its provider refuses, and that it tries again, is only in its log.
    OPENCODE_PRINT_LOGS: "1",
    OPENCODE_LOG_LEVEL: "ERROR",
    ...env,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(merge(parse(env.OPENCODE_CONFIG_CONTENT), content)),
    ...(isJudged
      ? {
          OPENCODE_PERMISSION: JSON.stringify(merge(parse(env.OPENCODE_PERMISSION), ASKED_FOR)),
          // What lies in the workspace is a worker's: its plugins and servers would start without being asked for.
          OPENCODE_DISABLE_PROJECT_CONFIG: "1",
        }
      : {}),
  };
}

/** The rules of an agent of its own outweigh all others: the person's would decide instead. */
const AS_ITSELF = { default_agent: "build", agent: { build: { permission: ASKED_FOR } } };

function parse(text: string | undefined): Json {
  try {
    return objectOf(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

/** As OpenCode itself puts settings together. */
function merge(one: Json, other: Json): Json {
  const members = Object.entries(other).map(([name, value]) => {
    const known = one[name];
    return [name, isObject(known) && isObject(value) ? merge(known, value) : value] as const;
  });
  return { ...one, ...Object.fromEntries(members) };
}
