/** Repositories of a known size, made in the system's temporary folder and removed at the end. */

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PACKAGE = join(import.meta.dirname, "..", "..");
export const MAIN = join(PACKAGE, "dist", "main.js");
export const NODE = process.execPath;

export interface BenchWorld {
  folder: string;
  repository: string;
  env: NodeJS.ProcessEnv;
  remove(): void;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: "Bench",
  GIT_AUTHOR_EMAIL: "bench@example.com",
  GIT_COMMITTER_NAME: "Bench",
  GIT_COMMITTER_EMAIL: "bench@example.com",
};

export function makeWorld(): BenchWorld {
  const folder = mkdtempSync(join(tmpdir(), "git-mission-bench-"));
  const repository = join(folder, "repository");
  mkdirSync(repository);
  const home = join(folder, "home");
  mkdirSync(home);
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: home,
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(folder, "cache"),
    GIT_CONFIG_NOSYSTEM: "1",
    ...IDENTITY,
  };
  execFileSync("git", ["init", "-q", "-b", "main"], { cwd: repository, env });
  return { folder, repository, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Commits files by one `git fast-import`, and checks them out when asked to. */
export function commitFiles(
  { repository, env }: BenchWorld,
  files: Iterable<readonly [path: string, text: string]>,
  { checkout }: { checkout: boolean },
): void {
  const lines: string[] = [
    "commit refs/heads/main",
    "committer Bench <bench@example.com> 1700000000 +0000",
    "data 4",
    "init",
  ];
  for (const [path, text] of files) lines.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(text)}`, text);
  const result = spawnSync("git", ["fast-import", "--quiet"], { cwd: repository, env, input: `${lines.join("\n")}\n` });
  if (result.status !== 0) throw new Error(String(result.stderr));
  execFileSync("git", checkout ? ["reset", "-q", "--hard"] : ["read-tree", "HEAD"], { cwd: repository, env });
}

/** `missions` missions of 100 features each; the first is active and through but for its signature, the others are planned. */
export function* missionFiles(missions: number): Generator<readonly [string, string]> {
  yield ["missions/config.md", "---\nparallel: 4\n---\n"];
  for (let number = 0; number < missions; number += 1) {
    const id = `m${String(number).padStart(4, "0")}`;
    const status = number === 0 ? "active" : "planning";
    yield [
      `missions/${id}/mission.md`,
      `---\ntitle: Mission ${number}\nstatus: ${status}\nmode: poc\nhome: default\nbudget: none\n---\n# Mission ${number}\n`,
    ];
    for (let index = 0; index < 100; index += 1) {
      const milestone = Math.floor(index / 20);
      const folder = `missions/${id}/milestones/0${milestone + 1}-part-${milestone}`;
      if (index % 20 === 0) yield [`${folder}/milestone.md`, `---\ntitle: Part ${milestone}\n---\n`];
      yield [
        `${folder}/f${number}-${index}.md`,
        featureText(`Feature ${number}-${index}`, number === 0 ? "done" : "todo"),
      ];
    }
  }
}

function featureText(title: string, status: string): string {
  const body = "A paragraph about what is wanted and why, as people write it. ".repeat(30);
  return `---\ntitle: ${title}\nstatus: ${status}\nsize: M\npriority: 3\nscope: ["src/**"]\n---\n# ${title}\n\n${body}\n\n## Acceptance\n- [ ] it works\n`;
}

/** Source files for repositories in which work starts. */
export function* sourceFiles(count: number): Generator<readonly [string, string]> {
  for (let index = 0; index < count; index += 1) {
    yield [`src/part-${Math.floor(index / 100)}/file-${index}.txt`, `line of file ${index}\n`.repeat(40)];
  }
}

/** A `git` first on PATH that counts its calls. */
export function countGit(world: BenchWorld): {
  env: NodeJS.ProcessEnv;
  count(): number;
  calls(): readonly string[];
  reset(): void;
} {
  const bin = join(world.folder, "bin");
  const calls = join(world.folder, "git-calls");
  const real = execFileSync("sh", ["-c", "command -v git"], { env: world.env, encoding: "utf8" }).trim();
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$*" >> "${calls}"\nexec "${real}" "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
  const list = () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []);
  return {
    env: { ...world.env, PATH: `${bin}:${world.env.PATH}` },
    count: () => list().length,
    calls: list,
    reset: () => rmSync(calls, { force: true }),
  };
}
