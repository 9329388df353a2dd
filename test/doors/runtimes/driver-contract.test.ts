import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Containment } from "../../../src/doors/processes/containment.ts";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { systemDrivers } from "../../../src/doors/runtimes/drivers.ts";
import type { RuntimeKind } from "../../../src/model/documents.ts";
import { containments } from "../../helpers/containments.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { aRuntime } from "../../runner/orders.ts";
import { driverContract, type Subject } from "./driver-contract.ts";

const AGENT = join(import.meta.dirname, "contract-agent.ts");
const MAIN = join(import.meta.dirname, "../../../src/main.ts");
const USED = { input: 3000, output: 900, cached: 600 };
const NO_END = { end: async () => {} };

let marks = 0;

function driverOf(kind: RuntimeKind, containment: Containment) {
  const driver = systemDrivers(
    { processes: makeProcesses(), containment },
    { node: process.execPath, main: MAIN },
  )(kind);
  if (driver === null) throw new Error(`no driver for ${kind}`);
  return driver;
}

function homeEnv(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: temporaryFolder("home") };
}

function scripted(kind: RuntimeKind, containment: Containment): Subject {
  marks += 1;
  const mark = `${100_000 + process.pid}.${marks}`;
  const ofClaude = ["CLAUDE_CODE_DISABLE_AUTO_MEMORY", ...(process.getuid?.() === 0 ? ["IS_SANDBOX"] : [])];
  const added = { claude: ofClaude, codex: ["MISSION_HANDOFF_FILE"] };
  return {
    driver: driverOf(kind, containment),
    runtime: (scene) => aRuntime([process.execPath, AGENT, kind, scene, mark], { kind }),
    model: "scripted-model",
    env: homeEnv(),
    lingers: `sleep ${mark}`,
    heard(workspace) {
      const { cwd, env, argv, prompt } = JSON.parse(readFileSync(join(workspace, "heard.json"), "utf8"));
      const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
      return {
        ...{ cwd, prompt: kind === "command" ? null : prompt, env: lines.join("") },
        added: kind in added ? added[kind as keyof typeof added] : [],
        argv: { all: argv, ordered: kind === "claude" || kind === "codex" ? "scripted-model" : mark },
      };
    },
    agent:
      kind === "command"
        ? null
        : { model: /^scripted-model$/, used: () => USED, hasCost: kind === "claude" || kind === "acp" },
    unknown: "from_the_future",
    ...NO_END,
  };
}

/** It plays what was recorded: nothing of it tells of its environment. */
function replay(containment: Containment): Subject {
  const recordings = { work: temporaryFolder("recordings"), linger: temporaryFolder("recordings") };
  const record = (folder: string, name: string, text: string): void => {
    mkdirSync(join(folder, "contacts/1"), { recursive: true });
    writeFileSync(join(folder, "contacts/1", name), text);
  };
  const patch = "diff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+b\n";
  record(recordings.work, "output.txt", "DONE: too early\n");
  record(recordings.work, "1-add.uncommitted.patch", patch);
  record(recordings.work, "signals.txt", "DONE: all of it\n");
  record(recordings.linger, "output.txt", "up\n");
  record(recordings.linger, "replay.json", '{"lingerMs":600000}');
  return {
    driver: driverOf("replay", containment),
    runtime: (scene) => aRuntime([], { kind: "replay", folder: recordings[scene] }),
    model: null,
    env: homeEnv(),
    lingers: `replay-worker ${recordings.linger}`,
    heard: (workspace) => ({
      ...{ env: null, added: null, prompt: null, argv: null },
      cwd: existsSync(join(workspace, "b.txt")) ? workspace : "elsewhere",
    }),
    agent: null,
    unknown: null,
    ...NO_END,
  };
}

for (const [where, containment] of containments) {
  for (const kind of ["command", "claude", "codex", "acp"] as const)
    driverContract(`${kind}, ${where}`, async () => scripted(kind, containment));
  driverContract(`replay, ${where}`, async () => replay(containment));
}
