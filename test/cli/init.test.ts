import { expect, test } from "vitest";
import { findChecks } from "../../src/cli/machine/init-checks.ts";
import { printConfig } from "../../src/cli/machine/init-config.ts";
import { parseRepositoryFiles } from "../../src/format/repository-files.ts";
import { makeCloned, makeRepository, Repository } from "../repo/save-world.ts";
import { type, typeJson } from "./mission-command.ts";

const NODE = { "package.json": '{"scripts":{"test":"vitest","lint":"biome"}}', "package-lock.json": "{}" };

test("init tells what it found, writes the config and commits nothing", async () => {
  const repository = makeRepository({ ...NODE, "README.md": "x\n" });
  repository.program("bin/claude", "#!/bin/sh\necho 1.2.3\n");
  const env = { PATH: `${repository.folder}/bin:/usr/bin:/bin`, ANTHROPIC_API_KEY: "sk-1" };
  const said = await type(repository, ["init"], { env });
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out.split("\n")).toEqual([
    "remote  none: the refs here are the authority",
    "branch  main",
    "setup   npm ci",
    "checks  npm run lint, npm test",
    "agents  claude",
    "",
    "git config mission.default = main",
    "wrote missions/config.md: look through it, then mission save",
    'next: mission new "what you want to have"',
  ]);
  expect(repository.git("log", "--format=%s")).toBe("begin");
  expect(readConfig(repository).config).toMatchObject({
    setup: ["npm ci"],
    verify: [{ run: "npm run lint" }, { run: "npm test" }],
    runtime: null,
    runtimes: [{ name: "claude", kind: "claude" }],
  });
});

test("agents that are ready come first, one that does not start is left out, and none is made the only one", async () => {
  const repository = makeRepository({ "README.md": "x\n" });
  repository.program("bin/claude", "#!/bin/sh\necho 'Error: native binary not installed' >&2\nexit 1\n");
  for (const name of ["codex", "opencode", "gemini"]) repository.program(`bin/${name}`, "#!/bin/sh\necho 1.2.3\n");
  const unset = { ANTHROPIC_API_KEY: "sk-1", OPENAI_API_KEY: "", OPENROUTER_API_KEY: "", CODEX_API_KEY: "" };
  const env = { PATH: `${repository.folder}/bin:/usr/bin:/bin`, HOME: repository.folder, ...unset, GEMINI_API_KEY: "" };
  const said = await type(repository, ["init"], { env });
  expect(said.out).toContain(
    "agents  opencode, codex (not signed in: mission agents), gemini (not signed in: mission agents), claude (does not start, left out: mission agents)\n",
  );
  const { config, findings } = readConfig(repository);
  expect([config.runtime, config.runtimes.map(({ name }) => name), findings]).toEqual([null, ["opencode"], []]);
  expect(repository.read("missions/config.md")).toContain("# codex: { kind: codex }    # not signed in\n");
});

test("a second run changes nothing, and neither does one over a config of the person's", async () => {
  const repository = makeRepository({ ...NODE });
  await type(repository, ["init"]);
  const [text, config] = [repository.read("missions/config.md"), repository.git("config", "--local", "--list")];
  const again = await type(repository, ["init"]);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("nothing was changed") });
  expect([repository.read("missions/config.md"), repository.git("config", "--local", "--list")]).toEqual([
    text,
    config,
  ]);

  repository.write("missions/config.md", "mine\r\n");
  repository.git("config", "mission.default", "trunk");
  expect(await type(repository, ["init"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("mission check missions/config.md"),
  });
  expect(repository.read("missions/config.md")).toBe("mine\r\n");
  expect(repository.git("config", "mission.default")).toBe("trunk");
});

test("--save commits just the config, also as the first commit", async () => {
  const { repository, remote } = makeCloned();
  repository.remove("missions/config.md");
  repository.commit("no config");
  repository.git("push", "-q");
  repository.write("src/code.txt", "mine\n");
  const said = await typeJson(repository, ["init", "--save"]);
  expect(said).toMatchObject({
    remote: "origin",
    probe: { kind: "accepted" },
    written: true,
    save: { saved: [{ branch: "main" }] },
  });
  expect(remote.git("show", "--name-only", "--format=%s", "main").split("\n")).toEqual([
    "Set up git-mission",
    "",
    "missions/config.md",
  ]);
  expect(remote.git("for-each-ref", "refs/mission")).toBe("");

  const fresh = makeRepository({});
  expect(await type(fresh, ["init", "--save"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("(no commits yet)"),
  });
  expect(fresh.git("ls-tree", "-r", "--name-only", "main")).toBe("missions/config.md");
});

test("a server that refuses refs of ours is worked with by branches", async () => {
  const { repository, remote } = makeCloned();
  remote.program("hooks/update", '#!/bin/sh\ncase "$1" in refs/heads/*) exit 0;; esac\nexit 1\n');
  expect(await type(repository, ["init"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("refuses refs/mission/*"),
  });
  expect(repository.git("config", "mission.refs")).toBe("refs/heads/mission-state");
});

test("a branch whose commits all came by pull request may refuse pushes", async () => {
  const { repository } = makeCloned();
  repository.git("checkout", "-q", "--orphan", "fresh");
  for (let number = 1; number <= 6; number += 1) {
    repository.write("src/code.txt", `${number}\n`);
    repository.commit(`Change it (#${number})`);
  }
  repository.git("push", "-q", "-f", "origin", "fresh:main");
  expect(await type(repository, ["init"])).toMatchObject({ out: expect.stringContaining("came by pull request") });
});

test.each<[string, (repository: Repository) => Repository, string]>([
  ["outside a repository", () => new Repository("/"), "git init"],
  ["in a bare one", ({ folder }) => bareOf(folder), "git clone it"],
  ["with a remote that is not there", withoutRemote, "git config mission.remote NAME"],
])("%s it says what to do instead", async (_, place, words) => {
  const said = await type(place(makeRepository()), ["init"]);
  expect(said).toMatchObject({ code: 2, out: "", err: expect.stringContaining(words) });
});

test("detached, with several remotes, with one that is gone", async () => {
  const repository = makeRepository();
  repository.git("switch", "-q", "--detach");
  repository.git("remote", "add", "one", "/nowhere/one");
  expect(await typeJson(repository, ["init"])).toMatchObject({
    remote: "one",
    defaultBranch: "main",
    probe: { kind: "unreachable" },
  });
  repository.git("config", "--unset", "mission.remote");
  repository.git("remote", "add", "two", "/nowhere/two");
  expect(await type(repository, ["init"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("of one, two none is chosen"),
  });
});

test.each<[Record<string, string>, readonly string[], readonly string[]]>([
  [{}, [], []],
  [{ "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, ["npm install"], []],
  [{ "package.json": "{", "pnpm-lock.yaml": "" }, ["pnpm install --frozen-lockfile"], []],
  [{ "Cargo.toml": "", Makefile: "test:\n\tcargo test\n" }, [], ["cargo test", "make test"]],
  [{ Makefile: "check : all\n" }, [], ["make check"]],
  [{ Makefile: "test := x\n" }, [], []],
  [{ "pyproject.toml": "[tool.pytest.ini_options]", "uv.lock": "" }, ["uv sync"], ["uv run pytest"]],
  [{ "requirements.txt": "pytest\n" }, ["pip install -r requirements.txt"], ["pytest"]],
  [{ "go.mod": "module x" }, [], ["go test ./..."]],
])("the files %j say how to set up and check", (files, setup, verify) => {
  const readText = (path: string) => files[path.replace("/top/", "")] ?? null;
  const found = findChecks({ readText }, "/top");
  expect(found).toMatchObject({ setup, verify });
});

test("agents without an account are named where there is no other", () => {
  const text = printConfig({ setup: [], verify: [], from: [] }, ["codex", "claude"], ["codex", "claude"]);
  expect(parse(text).config.runtimes.map(({ name }) => name)).toEqual(["codex", "claude"]);
});

test.each([[[]], [["claude"]], [["codex", "opencode", "gemini"]]])(
  "the config for the agents %j reads without findings",
  (agents) => {
    for (const verify of [[], ["npm test", 'sh -c "a: b # c"']]) {
      const text = printConfig({ setup: verify, verify, from: [] }, agents);
      const read = parse(text);
      expect(read.findings).toEqual([]);
      expect(read.config.verify.map((check) => (check.method === "bash" ? check.run : ""))).toEqual(verify);
      expect(read.config.runtimes.map(({ name }) => name)).toEqual(agents);
    }
  },
);

test("each key that stands in the config as a comment is one that the program knows", () => {
  const text = printConfig({ setup: [], verify: [], from: [] }, [])
    .replace(/^# (?=[a-z]+:)/gm, "")
    .replace(/^#(?= {3}\w)/gm, "");
  expect(parse(text).findings).toEqual([]);
});

function readConfig(repository: Repository) {
  return parse(repository.read("missions/config.md"));
}

function parse(text: string) {
  return parseRepositoryFiles([{ path: "missions/config.md", mode: "100644", blob: "", bytes: Buffer.from(text) }]);
}

function bareOf(folder: string): Repository {
  const repository = new Repository(folder);
  repository.git("clone", "-q", "--bare", ".", "bare.git");
  return new Repository(`${folder}/bare.git`);
}

function withoutRemote(repository: Repository): Repository {
  repository.git("config", "mission.remote", "upstream");
  return repository;
}
