import { expect, test } from "vitest";
import { answerPlan, findAsk } from "../../src/cli/ask/answer-ask.ts";
import { recordAsPerson } from "../../src/cli/control/control-records.ts";
import type { Asked } from "../../src/model/record.ts";
import type { Repository } from "../repo/save-world.ts";
import { ACTIVE_FILES, claimOf, endOf, gateOf, makeActive, makeWork, SCHEMA, specOf } from "./active-mission.ts";
import { lastRecords, record, see, type, typeJson, withContext } from "./mission-command.ts";

test("an answer is a record of the person, bound to what was asked", async () => {
  const { repository, boundTo } = await withQuestion();
  const said = await type(repository, ["answer", "q1", "Keep", "both."]);
  expect(said).toEqual({ code: 0, out: "crm/q1 answered.", err: "" });
  const [last] = await lastRecords(repository, "crm");
  expect(last).toMatchObject({
    fact: { kind: "answered", ask: 1, decision: "answer", boundTo },
    author: { name: "Test Person", email: "test@example.com" },
    by: "Test Person <test@example.com>",
    body: "Keep both.",
    homeTip: repository.git("rev-parse", "mission/crm/home"),
  });
});

test("an ask that is answered, changed or unknown takes no answer, with the reason", async () => {
  const { repository } = await withQuestion();
  expect(await type(repository, ["answer", "q2", "x"])).toMatchObject({ code: 2, err: expect.stringContaining("q2") });
  await type(repository, ["answer", "crm/q1", "Keep both."]);
  const again = await type(repository, ["answer", "q1", "No."]);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining("answered already") });

  const { repository: other } = await withQuestion();
  other.edit(SCHEMA, "First line.", "Another thing is asked now.");
  other.commit("edited");
  other.git("update-ref", "refs/heads/mission/crm/home", "main");
  const late = await type(other, ["answer", "q1", "x"]);
  expect(late).toMatchObject({
    code: 1,
    err: expect.stringMatching(/has changed since.*\nnext: mission show crm\/schema/),
  });
});

test("a yes or no is asked for where words do not settle it, and the other way round", async () => {
  const repository = await withDeadline();
  expect(await type(repository, ["answer", "q1", "fine"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("yes or a no"),
  });
  expect(await type(repository, ["deny", "q1"])).toMatchObject({
    code: 2,
    err: expect.stringContaining('mission deny q1 "why"'),
  });
  expect(await type(repository, ["approve", "crm", "Take", "your time"])).toMatchObject({
    code: 0,
    out: "crm/q1 approved.",
  });
  expect((await lastRecords(repository, "crm"))[0]).toMatchObject({
    fact: { decision: "approved" },
    body: "Take your time",
  });
});

test("a budget that is used up is not settled by a yes", async () => {
  const repository = makeActive();
  record(repository, "crm", ask({ ask: "budget", boundTo: "usd 10" }));
  const said = await type(repository, ["approve", "q1"]);
  expect(said).toMatchObject({ code: 2, err: expect.stringContaining("next: mission budget crm usd=") });
});

test("with --json the answer says what was recorded", async () => {
  const { repository } = await withQuestion();
  const said = await typeJson(repository, ["deny", "crm/schema", "Ask again"]);
  expect(said).toMatchObject({
    schema: 1,
    mission: "crm",
    ask: 1,
    kind: "question",
    about: "schema",
    decision: "denied",
  });
  expect(said.record).toBe(repository.git("rev-parse", "refs/mission/ledger/crm"));
});

test("a run can't speak for a person", async () => {
  const { repository } = await withQuestion();
  const env = { MISSION_RUN: "schema-1-abc123" };
  const tip = repository.git("rev-parse", "refs/mission/ledger/crm");
  for (const argv of [
    ["answer", "q1", "x"],
    ["approve", "q1"],
    ["deny", "q1", "x"],
    ["resume", "crm"],
    ["stop", "crm"],
    ["retry", "crm/schema"],
  ]) {
    expect(await type(repository, argv, { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("a run can't"),
    });
  }
  expect(repository.git("rev-parse", "refs/mission/ledger/crm")).toBe(tip);
  expect((await type(repository, ["comment", "crm/schema", "stuck"], { env })).code).toBe(0);
});

test("where approvers are named only they decide", async () => {
  const config = "---\napprovers: [{ email: Alice@Example.com, github: alice }]\n---\n";
  const repository = await withDeadline({ "missions/config.md": config });
  const refused = await type(repository, ["approve", "q1"]);
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining("test@example.com is not among the approvers in missions/config.md"),
  });
  const env = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "user.email", GIT_CONFIG_VALUE_0: "alice@example.com" };
  expect((await type(repository, ["approve", "q1"], { env })).code).toBe(0);
});

test("without an identity the two lines to type are there", async () => {
  const { repository } = await withQuestion();
  const said = await type(repository, ["answer", "q1", "x"], { env: { GIT_CONFIG_GLOBAL: "/dev/null" } });
  expect(said).toMatchObject({
    code: 2,
    err: expect.stringMatching(/git config --global user\.name.*\n.*user\.email/),
  });
});

test("an override is the person's verdict on exactly the head that was judged, and lets it land", async () => {
  const repository = makeActive();
  const head = makeWork(repository);
  record(repository, "crm", await claimOf(repository), endOf("delivered", head), gateOf(repository, head));
  expect(
    (await see(repository)).state.missions[0]?.milestones[0]?.features.find(({ id }) => id === "schema")?.status,
  ).toBe("ready");

  const said = await type(repository, ["approve", "crm/schema", "--override", "Flaky test"]);

  expect(said).toMatchObject({ code: 0, out: expect.stringContaining(head.slice(0, 12)) });
  const [last] = await lastRecords(repository, "crm");
  expect(last?.fact).toMatchObject({
    kind: "verdict",
    of: "gate",
    run: null,
    result: "passed",
    override: "Flaky test",
    about: { kind: "features", features: [{ feature: "schema", head }] },
    base: repository.git("rev-parse", "mission/crm/home"),
  });
  const { state } = await see(repository);
  expect(state.missions[0]?.milestones[0]?.features.find(({ id }) => id === "schema")?.status).toBe("review");
});

test("nothing is overridden where no verdict stands in the way, or without a reason", async () => {
  const repository = makeActive();
  const none = await type(repository, ["approve", "crm/schema", "--override", "why not"]);
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining("no verdict on crm/schema") });
  const empty = await type(repository, ["approve", "crm/schema", "--override", " "]);
  expect(empty).toMatchObject({ code: 2, err: expect.stringContaining("needs its reason") });
});

test("a validation that failed is overridden for the commit that was validated, and the ask about it is answered along", async () => {
  const repository = makeActive();
  const base = repository.git("rev-parse", "mission/crm/home");
  const verdict = {
    ...gateOf(repository, base),
    of: "validate" as const,
    about: { kind: "milestone" as const, milestone: "base" },
  };
  record(repository, "crm", verdict, verdict, ask({ ask: "override", about: "base", boundTo: base }));
  // Both features are through: only then a milestone is validated.
  for (const path of [SCHEMA, SCHEMA.replace("schema", "auth")])
    repository.edit(path, "status: todo", "status: cancelled");
  repository.commit("given up");
  repository.git("update-ref", "refs/heads/mission/crm/home", "main");

  expect((await type(repository, ["approve", "crm/base", "--override", "Known"])).code).toBe(0);

  const [own, answer] = await lastRecords(repository, "crm", 2);
  expect(own?.fact).toMatchObject({ kind: "verdict", of: "validate", result: "passed", base, override: "Known" });
  expect(answer?.fact).toMatchObject({ kind: "answered", ask: 1, decision: "approved", boundTo: base });
  expect((await see(repository)).state.missions[0]?.milestones[0]?.status).toBe("passed");
});

test("an answer that loses the swap is planned anew: somebody else was quicker", async () => {
  const { repository, boundTo } = await withQuestion();
  const planned: number[] = [];
  const answer = withContext(repository, (context) =>
    recordAsPerson(context, ({ state }) => {
      const ask = findAsk(state, "q1", 0);
      planned.push(ask.mission.ledger.records.length);
      const quicker = planned.length === 1 ? "comment" : "answered";
      if (quicker === "comment") record(repository, "crm", { kind: "comment", feature: null, mentions: [] });
      else record(repository, "crm", { kind: "answered", ask: 1, decision: "answer", boundTo });
      return answerPlan(ask, "answer", "late");
    }),
  );
  await expect(answer).rejects.toThrow("answered already");
  expect(planned).toEqual([4, 5]);
});

async function withQuestion(): Promise<{ repository: Repository; boundTo: string }> {
  const repository = makeActive();
  const head = makeWork(repository);
  const boundTo = `${await specOf(repository)} ${head}`;
  record(
    repository,
    "crm",
    await claimOf(repository),
    [endOf("question", head), "Which of the two?"],
    [ask({ ask: "question", about: "schema", boundTo }), "Which of the two?"],
  );
  return { repository, boundTo };
}

async function withDeadline(files: Record<string, string> = {}): Promise<Repository> {
  const mission =
    ACTIVE_FILES["missions/crm/mission.md"]?.replace("mode: poc", "mode: poc\ndeadline: 2020-01-01") ?? "";
  const repository = makeActive({ ...ACTIVE_FILES, ...files, "missions/crm/mission.md": mission });
  const { state } = await see(repository);
  record(repository, "crm", ask({ ask: "deadline", boundTo: String(state.missions[0]?.document?.deadline) }));
  return repository;
}

function ask(fact: Pick<Asked, "ask" | "boundTo"> & Partial<Asked>): Asked {
  return { kind: "asked", about: null, risk: null, expires: null, ...fact };
}
