/**
 * Whether what an agent asks is allowed. What is asked has a class, whoever asks; the role's autonomy and the feature's
 * risk say what becomes of it:
 *
 * |              | green   | yellow  | red    |
 * | ------------ | ------- | ------- | ------ |
 * | `intern`     | allowed | ask     | denied |
 * | `specialist` | allowed | allowed | ask    |
 * | `lead`       | allowed | allowed | ask    |
 *
 * A feature of red risk moves one step to the left of what its agent could do: a lead works on it as a specialist with
 * yellow asked for, everybody else as an intern. What the role has no tool for is denied; what a person allowed or denied
 * for this spec stays so.
 */

import type { Autonomy } from "../model/documents.ts";
import type { Judgement, PermissionClass, PermissionPolicy, PermissionRequest } from "../model/permission.ts";
import { type Finding, green, worst, yellow } from "./finding.ts";
import { classifyHost } from "./hosts.ts";
import { classifyPath, resolvePath } from "./places.ts";
import { classifyShell } from "./shell/classify-script.ts";

type Decision = Judgement["decision"];
type Row = Readonly<Record<PermissionClass, Decision>>;

const ROWS: Readonly<Record<Autonomy, Row>> = {
  intern: { green: "allowed", yellow: "ask", red: "denied" },
  specialist: { green: "allowed", yellow: "allowed", red: "ask" },
  lead: { green: "allowed", yellow: "allowed", red: "ask" },
};
const AT_RED_RISK: Readonly<Record<Autonomy, Row>> = {
  intern: ROWS.intern,
  specialist: ROWS.intern,
  lead: { green: "allowed", yellow: "ask", red: "ask" },
};

const IN_BACKGROUND = yellow("it goes on in the background");

/** What else the words for a tool in a role are. Reading is what every role does. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  shell: ["bash", "shell", "terminal", "execute"],
  edit: ["edit", "write", "multiedit"],
  fetch: ["web", "fetch", "browser", "webfetch", "websearch"],
};
/** An agent's own bookkeeping, as the agents call it. */
const HARMLESS =
  /^(?:Task|Agent|TodoWrite|TaskCreate|TaskUpdate|TaskList|TaskGet|TaskOutput|TaskStop|BashOutput|KillShell|KillBash|Skill|SlashCommand|ToolSearch|EnterPlanMode|ExitPlanMode|think|todo\w*|update_plan|plan)$/i;

/** Judges one request. `name`: what a person's earlier word about it is found by. */
export function judge(policy: PermissionPolicy, request: PermissionRequest, name = ""): Judgement {
  const found = classifyRequest(policy, request);
  if (policy.denied.includes(name)) return { decision: "denied", class: found.class, because: "a person denied it" };
  if (policy.allowed.includes(name)) return { decision: "allowed", class: found.class, because: "a person allowed it" };
  if (!hasTool(policy.tools, request.tool) && !isOwn(policy, request))
    return { decision: "denied", class: found.class, because: `the role has no tool to ${verbOf(request.tool)} with` };
  return { decision: rowOf(policy)[found.class], class: found.class, because: found.because };
}

/** How far a request reaches, whoever asks. */
function classifyRequest(policy: PermissionPolicy, request: PermissionRequest): Finding {
  const { tool, command, isBackground, host, title } = request;
  switch (tool) {
    case "shell":
      return worst([classifyCommand(policy, command), ...(isBackground ? [IN_BACKGROUND] : [])], IN_BACKGROUND);
    case "edit":
      return classifyFiles(policy, request, "write");
    case "read":
      return classifyFiles(policy, request, "read");
    case "fetch":
      return classifyHost(policy.tools, host);
    default:
      return HARMLESS.test(title) ? green("its own bookkeeping") : yellow(`${title.slice(0, 80)} is not known`);
  }
}

function classifyCommand(policy: PermissionPolicy, command: string | null): Finding {
  return command === null ? yellow("it does not say what it runs") : classifyShell(policy, command);
}

function classifyFiles(policy: PermissionPolicy, { paths }: PermissionRequest, access: "read" | "write"): Finding {
  const { workspace, home } = policy.places;
  // Some agents take a home's own sign for it, as a shell does.
  const meant = (path: string) => (home !== null && /^~(?:\/|$)/.test(path) ? home + path.slice(1) : path);
  const found = paths.map((path) => classifyPath(policy, resolvePath(workspace, meant(path)), access));
  return worst(found, access === "read" ? green("it reads") : yellow("it does not say what it writes"));
}

/** What it is told to write it writes with whatever it has: a reviewer its findings too. */
function isOwn({ places }: PermissionPolicy, { tool, paths }: PermissionRequest): boolean {
  return (
    tool === "edit" &&
    paths.length > 0 &&
    paths.every((path) => places.own.includes(resolvePath(places.workspace, path)))
  );
}

export function rowOf({ autonomy, risk }: Pick<PermissionPolicy, "autonomy" | "risk">): Row {
  return (risk === "red" ? AT_RED_RISK : ROWS)[autonomy];
}

export function hasTool(tools: readonly string[], tool: PermissionRequest["tool"]): boolean {
  const names = TOOLS[tool];
  return tools.length === 0 || names === undefined || tools.some((each) => names.includes(each.toLowerCase()));
}

function verbOf(tool: PermissionRequest["tool"]): string {
  return tool === "shell" ? "run commands" : tool;
}
