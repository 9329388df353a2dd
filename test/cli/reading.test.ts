import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { statusShape } from "../../src/schema/status.ts";
import type { Repository } from "../repo/save-world.ts";
import { ACTIVE_FILES, claimOf, endOf, makeActive, makeWork, specOf } from "./active-mission.ts";
import { record, type, typeJson, withContext } from "./mission-command.ts";

const RUN = "schema-1-abc123";
let repository: Repository;

beforeEach(async () => {
  repository = makeActive();
  const head = makeWork(repository);
  const boundTo = `${await specOf(repository)} ${head}`;
  record(
    repository,
    "crm",
    await claimOf(repository, RUN),
    [endOf("question", head, RUN), "Which page size, 20 or 50?"],
    [{ kind: "asked", ask: "question", about: "schema", risk: null, boundTo, expires: null }, "Which page size?"],
  );
});

const COMMANDS = `
  status
  status crm
  status crm/base
  status crm/schema
  status agent:coder
  status host:elsewhere-1
  watch
  inbox
  show crm
  show crm/base
  show crm/schema
  show schema-1-abc123
  show schema-1
  show q1
  show agent:coder
  show host:elsewhere-1
  show crm/schema --diff
  show crm --diff
  report --by feature,agent,runtime,model,day --since 7d
  log
  log crm/schema
  log agent:coder
  log q1
  log --since 7d
  explain crm
  explain crm/base
  explain crm/schema
  explain schema-1
  explain q1
  diff
  check
  pulse --dry-run
  doctor
  clean`;

describe("reading commands", () => {
  it("answer in words and as one JSON value", { timeout: 120_000 }, async () => {
    for (const line of COMMANDS.split("\n")) {
      const argv = line
        .trim()
        .split(" ")
        .filter((word) => word !== "");
      expect(await type(repository, argv), line).toMatchObject({ code: 0, err: "" });
      expect(await typeJson(repository, argv), line).toMatchObject({ schema: 1 });
    }
  });

  it("give the status in the shape that is promised", async () => {
    expect(statusShape.parse(await typeJson(repository, ["status"])).asks).toMatchObject([{ id: "crm/q1" }]);
    const { next, ...status } = await typeJson(repository, []);
    statusShape.parse(status);
    expect(next).toBe('mission answer crm/q1 "..."');
  });

  it("name the step that is a person's, and say so by exit code where asked", async () => {
    expect((await type(repository, ["status", "--exit-code"])).code).toBe(1);
    expect((await type(repository, ["inbox", "--exit-code"])).code).toBe(1);
    const config = "---\nruntimes: { mine: { kind: command, run: [sh] } }\n---\n";
    const ready = makeActive({ ...ACTIVE_FILES, "missions/config.md": config });
    expect(await type(ready, ["inbox", "--exit-code"])).toMatchObject({ code: 0, out: "Nothing waits for a person." });
  });

  it("show what work changes", async () => {
    expect((await type(repository, ["show", RUN, "--diff"])).out).toContain("+done");
    expect((await type(makeActive(), ["show", "crm/auth", "--diff"])).err).toContain(
      "there is no work of crm/auth yet",
    );
  });

  it("tell only what came after a time, and refuse what is none", async () => {
    expect((await typeJson(repository, ["log", "--since", "1h"])).entries).toHaveLength(4);
    expect((await type(repository, ["log", "--since", "2999-01-01"])).out).toBe("");
    expect(await type(repository, ["log", "--since", "soon"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("soon is no time"),
    });
  });

  it("write the timeline for spreadsheets", async () => {
    const { out } = await type(repository, ["log", "--csv"]);
    const [header, ...lines] = out.trimEnd().split("\r\n");
    expect(header).toMatch(/^id,at,mission,kind,about,run,host,by,text,usd,/);
    expect(lines.map((line) => line.split(",")[3])).toEqual(["created", "claim", "run-ended", "asked"]);
  });
});

describe("what a run printed", () => {
  const folderOf = () => withContext(repository, async ({ doors }) => doors.state.runFolder(RUN));

  it("is shown without what a terminal would obey", async () => {
    const folder = await folderOf();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "agent.log"), "\u001b[31mworking\u001b[0m\n");
    writeFileSync(join(folder, "prompt.md"), "Do \u001b[2Jit.\n");
    const end = expect.stringMatching(/^■ question · \d+ s · 1\.00 USD, 2 tokens · Which page size, 20 or 50\?$/);
    expect((await type(repository, ["output", RUN])).out.split("\n")).toEqual(["working", end]);
    expect((await type(repository, ["output", "crm/schema"])).out.split("\n")).toEqual(["working", end]);
    expect(await typeJson(repository, ["output", "schema-1"])).toEqual({
      schema: 1,
      run: RUN,
      host: "elsewhere-1",
      text: "\u001b[31mworking\u001b[0m\n",
      events: [{ kind: "text", text: "\u001b[31mworking\u001b[0m\n" }],
    });
    expect((await type(repository, ["show", "crm/schema", "--prompt"])).out).toBe("Do it.");
    appendFileSync(join(folder, "agent.log"), "last words without a line end");
    const { out } = await type(repository, ["output", RUN, "-f"]);
    expect(out.split("\n").filter((line) => line !== "")).toEqual(["working", "last words without a line end", end]);
  });

  it("has what was done between what was said, each once", async () => {
    const folder = await folderOf();
    mkdirSync(folder, { recursive: true });
    const said = ["I look.\n", "It is there.\nDONE: nothing to do\n"];
    writeFileSync(join(folder, "agent.log"), said.join(""));
    const at = Date.UTC(2026, 10, 20, 16);
    const events = [
      { at, kind: "session", id: "s-1", program: "claude 2.1.197", model: "sonnet", log: 0 },
      { at, kind: "tool", name: "Bash", text: "ls \u001b[31m-la", log: Buffer.byteLength(said[0] ?? "") },
      { at, kind: "cost", usd: 0.25, source: "reported", log: 8 },
      { at, kind: "done", text: "DONE: nothing to do", log: 48 },
    ];
    writeFileSync(
      join(folder, "events.jsonl"),
      `${events.map((event) => JSON.stringify(event)).join("\n")}\nno json\n`,
    );
    expect((await type(repository, ["output", RUN])).out.split("\n")).toEqual([
      "▸ claude 2.1.197 · sonnet · session s-1",
      "I look.",
      "● Bash  ls -la",
      "It is there.",
      "DONE: nothing to do",
      "$ so far 0.25 USD",
      expect.stringMatching(/^■ question /),
    ]);
    const { out } = await type(repository, ["output", RUN, "-f", "--json"]);
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(["session", "text", "tool", "cost", "text", "done"]);
  });

  it("is said to be elsewhere where it is", async () => {
    expect(await type(repository, ["output", RUN])).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no output of schema-1-abc123 here: none was kept"),
    });
    expect((await type(repository, ["show", RUN, "--prompt"])).err).toContain("it ran on elsewhere-1");
  });
});

describe("mission check", () => {
  it("finds what is wrong in files that are not saved yet, with 1", async () => {
    repository.write("missions/crm/milestones/01-base/schema.md", "---\ntitle: Schema\nstatus: dnoe\n---\n");
    const { code, out } = await type(repository, ["check"]);
    expect(code).toBe(1);
    expect(out).toMatch(/^missions\/crm\/milestones\/01-base\/schema[.]md:3:\d+ {2}error /);
    expect((await type(repository, ["check", "missions/crm/mission.md"])).code).toBe(0);
    expect((await type(repository, ["check", "schema.md"], { below: "missions/crm/milestones/01-base" })).code).toBe(1);
    expect(await type(repository, ["check", "nowhere"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no nowhere"),
    });
  });

  it("says what is not ready though no file is wrong", async () => {
    const files = {
      ...ACTIVE_FILES,
      "missions/crm/mission.md": "---\ntitle: CRM\nstatus: active\nmode: full\nbudget: none\n---\n",
    };
    const { readiness } = await typeJson(makeActive(files), ["check"]);
    expect(readiness.map(({ code }: { code: string }) => code)).toEqual(["no-runtime", "no-checks"]);
  });
});

describe("a clone of a remote that is gone", () => {
  it("shows what it knows and can't coordinate", async () => {
    repository.git("remote", "add", "origin", "/nowhere/at/all.git");
    const status = await type(repository, ["status"]);
    expect(status.code).toBe(0);
    expect(status.out).toContain("This host starts nothing: origin can't be reached");
    const pulse = await type(repository, ["pulse"]);
    expect(pulse).toMatchObject({ code: 4, out: "" });
    expect(pulse.err).toContain("can't coordinate");
    expect((await type(repository, ["doctor"])).out).toMatch(/bad +remote +origin can't be reached/);
  });
});
