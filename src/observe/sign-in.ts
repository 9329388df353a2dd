/** Whether an agent has an account to work with: told by what is there, never by what it says. */

import type { Doors } from "../doors/doors.ts";
import type { AgentFile, Billing, KnownAgent } from "../model/known-agents.ts";

/** `unknown`: nothing here shows an account, and there may be one all the same. `no`: there surely is none. */
export interface SignIn {
  state: "yes" | "no" | "unknown";
  /** What shows it, never its value. */
  by: string;
  billing: Billing | null;
}

export type SignInDoors = Pick<Doors, "files" | "env">;

export function readSignIn({ files, env }: SignInDoors, agent: KnownAgent, platform = process.platform): SignIn {
  const account = agent.accounts.find(({ variable, beside = [] }) => [variable, ...beside].every((name) => env[name]));
  if (account) return { state: "yes", by: account.variable, billing: account.billing };
  const exists = (file: AgentFile) => isThere(files, pathOf(file, env), file.keys);
  const credential = agent.credentials.find(exists);
  if (credential) return { state: "yes", by: nameOf(credential, env), billing: credential.billing };
  const variable =
    agent.named === undefined ? undefined : namedIn(files.readText(pathOf(agent.named, env)), agent.named.key);
  if (variable !== undefined && env[variable]) return { state: "yes", by: variable, billing: "api" };
  const { variables, files: settings, keychain } = agent.perhaps;
  const [lead] = [
    ...variables.filter((name) => env[name]),
    ...settings.filter(exists).map((file) => nameOf(file, env)),
  ];
  if (lead !== undefined) return unknown(`${lead} may name an account`);
  if (platform === "darwin" && keychain) return unknown("the keychain may hold an account");
  if (agent.isOpen) return unknown("no account of its own; it can do some work without");
  return { state: "no", by: "no account is found", billing: null };
}

function unknown(by: string): SignIn {
  return { state: "unknown", by, billing: null };
}

type Environment = SignInDoors["env"];

function isThere(files: SignInDoors["files"], path: string, keys: AgentFile["keys"]): boolean {
  if (keys === undefined) return files.exists(path);
  const text = files.readText(path) ?? "";
  return keys.some((key) => text.includes(`"${key}"`));
}

/** The name that stands there, never a value. */
function namedIn(text: string | null, key: string): string | undefined {
  return new RegExp(`^\\s*${key}\\s*=\\s*["']([A-Za-z_]\\w*)["']`, "m").exec(text ?? "")?.[1];
}

function pathOf({ variable, home, file }: AgentFile, env: Environment): string {
  const named = variable === null ? undefined : env[variable];
  return named ? `${named}/${file}` : joined(env.HOME ?? "", home, file);
}

/** For a reader: where a person looks for it. */
function nameOf({ variable, home, file }: AgentFile, env: Environment): string {
  return variable !== null && env[variable] ? `$${variable}/${file}` : joined("~", home, file);
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}
