/**
 * How programs of a run are started so that ending one ends all that it ever started. Where the kernel lets us, each gets
 * a pid namespace of its own: with its first process everything in it dies, also what left its process group and threw
 * its environment away, which no search would find. Elsewhere a process group and the run's mark have to do.
 */

import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { lastValue, readConfigFile } from "../git/refs/config.ts";
import { readJson, writeWhole } from "../state/durable.ts";
import { findProgram } from "./find-program.ts";
import { firstProcess, HAS_BEGUN } from "./first-process.ts";

export type Containment =
  /** `prefix` stands before a program and its arguments. */
  { kind: "namespace"; prefix: readonly string[]; env: string } | { kind: "group"; because: string; next: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Raised when what is started changes: an answer of another version is no answer. */
const VERSION = 1;
const PROBE_MS = 10_000;
const PROBE_CODE = 7;
const TOO_SLOW = "no answer in 10 s";

/** What a kernel is told about namespaces; which of them exist differs. */
const KERNEL_SETTINGS = [
  "user/max_user_namespaces",
  "user/max_pid_namespaces",
  "kernel/unprivileged_userns_clone",
  "kernel/apparmor_restrict_unprivileged_userns",
];

/** Ends with whoever started it: `--kill-child` passes that on, so that nothing outlives a killed runner. */
const TIED = ["setpriv", "--pdeathsig", "KILL"];
// Without `slave`, what is mounted on the machine later would not be seen inside.
const APART = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "slave"];
/** For those who are not root. Inside they are still themselves: files that they make are theirs. */
const UNPRIVILEGED = ["--user", "--map-current-user"];

/** Some programs want more than a namespace gives, such as `sudo` or a container engine without root: the person decides. */
const SETTING = "mission.containment";

export const SWITCHED_OFF: Containment = {
  kind: "group",
  because: `git config ${SETTING} says so`,
  next: `git config --unset ${SETTING}`,
};

/** Where an answer is known from: the repository may say `group`, its host's cache keeps what was tried out. */
interface Places {
  gitDir: string | null;
  cache: string | null;
}

/**
 * How programs are started on this host. It is tried out once, by a start that takes some 10 ms; the answer is kept with
 * all that it depends on. Without a cache it is tried out each time.
 */
export async function findContainment(env: Environment, { gitDir, cache }: Places): Promise<Containment> {
  if (gitDir !== null && lastValue(readConfigFile(join(gitDir, "config")), SETTING) === "group") return SWITCHED_OFF;
  if (process.platform !== "linux") return noNamespaces("this system has no pid namespaces", "run missions on Linux");
  if (cache === null) return tryOut(env);
  const key = describeHost(env);
  const file = join(cache, "containment.json");
  const known = readJson(file) as { key?: unknown; containment?: Containment } | null;
  if (known?.key === key && known.containment) return known.containment;
  const containment = await tryOut(env);
  // On a machine that was too busy to answer it is asked again.
  if (containment.kind === "namespace" || !containment.because.includes(TOO_SLOW))
    writeWhole(file, JSON.stringify({ key, containment }));
  return containment;
}

async function tryOut(env: Environment): Promise<Containment> {
  const missing = ["unshare", "bash", "env"].find((program) => findProgram(program, env.PATH) === null);
  if (missing !== undefined) return noNamespaces(`there is no program ${missing}`, `install ${packageOf(missing)}`);
  let refusal = "";
  const isTiable = findProgram("setpriv", env.PATH) !== null;
  for (const tied of isTiable ? [TIED, []] : [[]]) {
    for (const apart of [APART, [...APART, ...UNPRIVILEGED]]) {
      const prefix = resolvePrograms([tied, apart, firstProcess], env.PATH);
      const containment = { kind: "namespace" as const, prefix, env: findProgram("env", env.PATH) ?? "env" };
      const answer = await start(containment, env);
      if (answer === null) return containment;
      refusal = answer;
    }
  }
  return noNamespaces(`the kernel refuses a pid namespace (${refusal})`, nextStep());
}

/** null when everything inside is as it must be. */
function start(containment: Extract<Containment, { kind: "namespace" }>, env: Environment): Promise<string | null> {
  // It has to be alone, with a /proc of its own, and its exit code has to come through.
  const script = `[ -d /proc/1 ] && [ ! -d /proc/${process.pid} ] && [ -d /proc/self/fd ] && exit ${PROBE_CODE}`;
  const [program = "", ...args] = [...containment.prefix, containment.env, "bash", "-c", script];
  return new Promise((resolve) => {
    const options = { timeout: PROBE_MS, env: { PATH: env.PATH ?? "" }, cwd: "/" };
    // Bash takes a socket, which our pipes are, for a login from elsewhere and reads the person's settings first.
    const wired = '"$@" 3>&1 </dev/null';
    execFile("/bin/sh", ["-c", wired, "sh", program, ...args], options, (error, stdout, stderr) => {
      if (error?.code === PROBE_CODE && stdout === HAS_BEGUN) resolve(null);
      else if (error?.killed) resolve(TOO_SLOW);
      else resolve(stderr.trim().split("\n")[0] || "it does not work as it should");
    });
  });
}

function resolvePrograms(parts: readonly (readonly string[])[], path: string | undefined): string[] {
  return parts.flatMap(([program = "", ...args]) =>
    program === "" ? [] : [findProgram(program, path) ?? program, ...args],
  );
}

/** Everything that could change the answer, read from a few small files. */
function describeHost(env: Environment): string {
  const programs = ["setpriv", "unshare", "bash", "env"].map((name) => describeProgram(findProgram(name, env.PATH)));
  const settings = KERNEL_SETTINGS.map((name) => readSetting(name));
  const boot = readSetting("kernel/random/boot_id");
  const isRoot = [process.getuid?.(), process.getgid?.()];
  return JSON.stringify([VERSION, boot, release(), isRoot, readPowers(), programs, settings]);
}

function describeProgram(path: string | null): string | null {
  if (path === null) return null;
  const { mtimeMs, size } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

/** What this process may do: a container is made anew without a new boot. */
function readPowers(): (string | null)[] {
  const status = readSetting("../self/status") ?? "";
  return [readSetting("../self/attr/current"), ...(status.match(/^(?:Cap|Seccomp|NoNewPrivs).*$/gm) ?? [])];
}

function readSetting(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return null;
  }
}

function nextStep(): string {
  if (readSetting("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return "sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  if (readSetting("kernel/unprivileged_userns_clone") === "0") return "sysctl kernel.unprivileged_userns_clone=1";
  if (readSetting("user/max_user_namespaces") === "0") return "sysctl user.max_user_namespaces=10000";
  return "let unprivileged processes make user namespaces";
}

function packageOf(program: string): string {
  if (program === "bash") return "bash";
  return program === "env" ? "coreutils" : "util-linux";
}

function noNamespaces(because: string, next: string): Containment {
  return { kind: "group", because, next };
}
