/** Answers what the agent of a run asks to be allowed, and keeps in mind what needs a person. */

import { plainLine } from "../../format/plain-text.ts";
import type {
  PermissionClass,
  PermissionDecision,
  PermissionPolicy,
  PermissionRequest,
  Places,
} from "../../model/permission.ts";
import { judge } from "../../policy/judge.ts";
import type { Environment } from "../environment.ts";
import type { RunContext } from "../run-doors.ts";

const TEXT_LENGTH = 400;
const MOST_TOLD = 10;
const NEEDS_CONSENT =
  "this needs a person's consent. Go on without it; if you can't, end with a line that begins with QUESTION: and says what it is needed for";
const NOT_ALLOWED = "this is not allowed in this run. Find a way without it";

/** A request that a person can allow. `name`: what their word is found by in the next order. */
export interface AskedRequest {
  name: string;
  text: string;
  because: string;
  risk: PermissionClass;
}

export interface Permits {
  judge(request: PermissionRequest): PermissionDecision;
  /** What a person has to be asked about, each once. */
  readonly asked: readonly AskedRequest[];
  /** What was denied, also by waiting for a person: how often, and some of it with its class and the rule. */
  readonly denied: { count: number; texts: readonly string[] };
}

type Judging = Pick<RunContext, "order" | "files"> & { doors: Pick<RunContext["doors"], "hash"> };

export function makePermits({ order, files, doors }: Judging, env: Environment): Permits {
  const policy: PermissionPolicy = { ...order.permissions, paths: order.policy, places: placesOf(order, files, env) };
  const asked = new Map<string, AskedRequest>();
  const texts = new Set<string>();
  let count = 0;
  return {
    judge(request) {
      const name = doors.hash(nameText(request)).slice(0, 16);
      const { decision, because, class: risk } = judge(policy, request, name);
      if (decision === "allowed") return { decision, because };
      const text = textOf(request);
      count += 1;
      if (texts.size < MOST_TOLD) texts.add(`${text} (${risk}: ${because})`);
      if (decision === "denied") return { decision, because: `${because}: ${NOT_ALLOWED}` };
      if (asked.size < MOST_TOLD) asked.set(name, { name, text, because, risk });
      return { decision: "denied", because: `${because}: ${NEEDS_CONSENT}` };
    },
    get asked() {
      return [...asked.values()];
    },
    get denied() {
      return { count, texts: [...texts] };
    },
  };
}

/** Exactly this, and nothing like it. */
function nameText({ tool, command, isBackground, paths, host, title }: PermissionRequest): string {
  return JSON.stringify([tool, command, [...paths].sort(), host, tool === "other" ? title : "", isBackground]);
}

function textOf({ tool, command, isBackground, paths, host, title }: PermissionRequest): string {
  const what = plainLine(command ?? (paths.join(" ") || host || title), TEXT_LENGTH);
  return `${tool}${isBackground ? " in the background" : ""}: ${what}`;
}

function placesOf({ gitDir }: RunContext["order"], files: RunContext["files"], env: Environment): Places {
  const { workspace, promptFile, handoffFile } = files;
  const { HOME: home, TMPDIR: temporary } = env;
  return {
    workspace,
    runs: files.folder.replace(/\/[^/]+$/, ""),
    repository: gitDir.replace(/\/\.git$/, ""),
    home: home ?? null,
    temporary: [
      "/tmp",
      "/var/tmp",
      "/private/tmp",
      ...(temporary?.startsWith("/") ? [temporary.replace(/\/+$/, "")] : []),
    ],
    own: [promptFile, handoffFile],
    variables: {
      PWD: ".",
      MISSION_PROMPT_FILE: promptFile,
      MISSION_HANDOFF_FILE: handoffFile,
      ...(home === undefined ? {} : { HOME: home }),
      ...(temporary === undefined ? {} : { TMPDIR: temporary }),
    },
  };
}
