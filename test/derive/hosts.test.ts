import { describe, expect, test } from "vitest";
import { aWorld, HOUR, MINUTE, NOON, type World } from "../helpers/world.ts";

const lost = (world: World) => world.decided("recover").map(({ run, how, because }) => [run, how, because]);

const running = (host = "anna", reserveMinutes = 60) =>
  aWorld()
    .withFeature("schema")
    .after((it) => it.claimed("schema", { host, reserveMinutes }));

describe("own runs", () => {
  test("whose process is gone are lost at once", () => {
    expect(lost(running().withLocalRun("schema-1", { owner: "dead" }))).toEqual([
      ["schema-1", "own", "its process is gone"],
    ]);
  });

  test("that live are left alone, however long", () => {
    const world = running()
      .withLocalRun("schema-1")
      .later(100 * HOUR);
    expect(world.decisions()).toEqual([]);
    expect(world.state().until).toBe(null);
  });

  test("whose reports wait are settled, not lost", () => {
    const world = running().withLocalRun("schema-1", { owner: "dead", waiting: 2 });
    expect(world.decisions()).toMatchObject([{ kind: "settle", runs: ["schema-1"] }]);
  });

  test("whose owner can't be told from here are as another host's", () => {
    const world = running().withLocalRun("schema-1", { owner: "foreign" });
    expect(lost(world)).toEqual([]);
    expect(lost(world.later(60 * MINUTE + 6 * MINUTE + HOUR + 1))).toHaveLength(1);
  });

  test("whose folder is gone are as another host's", () => {
    expect(lost(running())).toEqual([]);
    expect(lost(running().later(3 * HOUR))).toHaveLength(1);
  });
});

describe("runs of another host", () => {
  test("are lost when its beat stands still for the ttl by our own clock", () => {
    const world = running("ben").withHost("ben", { at: NOON + MINUTE, seenAt: NOON + MINUTE, runs: ["schema-1"] });
    expect(lost(world.later(7 * MINUTE - 1))).toEqual([]);
    expect(world.state().until).toBe(NOON + 7 * MINUTE);
    expect(lost(world.later(1))).toEqual([["schema-1", "foreign", "ben has been silent for 6 min"]]);
  });

  test("are lost when a newer beat no longer lists them", () => {
    const world = running("ben").withHost("ben", { at: NOON + MINUTE, runs: [] });
    expect(lost(world)).toEqual([["schema-1", "foreign", "ben no longer lists it"]]);
  });

  test("are not missed in a beat from before the claim", () => {
    expect(lost(running("ben").withHost("ben", { at: NOON, runs: [] }))).toEqual([]);
  });

  test("live while the beat moves, whatever their own dates say", () => {
    const world = running("ben")
      .later(100 * HOUR)
      .withHost("ben", { runs: ["schema-1"] });
    expect(lost(world)).toEqual([]);
  });

  test("seen by an observer without memory, are lost by the ledger's dates: time cap, ttl and an hour", () => {
    const world = running("ben").withHost("ben", { seenAt: null, at: NOON + MINUTE, runs: ["schema-1"] });
    const over = 60 * MINUTE + 6 * MINUTE + HOUR;
    expect(lost(world.later(over - 1))).toEqual([]);
    expect(world.state().until).toBe(NOON + over);
    expect(lost(world.later(1))).toEqual([["schema-1", "foreign", "its time and all patience are over"]]);
  });

  test("seen by an observer without memory, live while its last beat is not old as well", () => {
    const late = running("ben").withHost("ben", { seenAt: null, at: NOON + 3 * HOUR, runs: ["schema-1"] });
    expect(lost(late.later(4 * HOUR))).toEqual([]);
    expect(late.state().until).toBe(NOON + 4 * HOUR + 6 * MINUTE);
    expect(lost(late.later(6 * MINUTE))).toHaveLength(1);
  });

  test("seen for the first time, are looked at again within the ttl", () => {
    const world = running("ben").withHost("ben", { seenAt: null, at: NOON + MINUTE, runs: ["schema-1"] });
    expect(world.later(MINUTE).state().until).toBe(NOON + 7 * MINUTE);
  });

  test("that never beat are lost by the ledger's dates", () => {
    expect(lost(running("ben"))).toEqual([]);
    expect(lost(running("ben").later(3 * HOUR))).toHaveLength(1);
  });

  test("a lost run's feature is given away again", () => {
    const world = running("ben").after((it) => it.ended("schema", "lost"));
    expect(world.dispatched()).toEqual(["schema"]);
  });

  test("a gate is lost as well", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.delivered("schema").gating(["schema"], { host: "ben", reserveMinutes: 25 }))
      .later(3 * HOUR);
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["recover"]);
  });
});

test.each(["missing", "rewound", "newer", "damaged"] as const)(
  "a report for a ledger that is %s waits, and is not tried again and again",
  (ledgerState) => {
    const world = running().withLocalRun("schema-1", { owner: "dead", waiting: 1 });
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["settle"]);
    expect(world.withMissionFacts({ ledgerState }).decisions()).toEqual([]);
  },
);

describe("withdrawals", () => {
  const live = () => running().withFeature("other").withLocalRun("schema-1");
  const ends = (world: World) => world.decisions().filter(({ kind }) => kind === "withdraw" || kind === "stop");

  test.each<[string, (world: World) => World, string]>([
    ["cancelled", (world) => world.edited("schema", { status: "cancelled" }), "its feature is cancelled"],
    ["done", (world) => world.edited("schema", { status: "done" }), "its feature is done"],
    ["gone", (world) => world.removed("schema"), "its feature is gone"],
    [
      "quarantined",
      (world) => world.after((it) => it.control("crm/schema", "quarantine")),
      "its feature is quarantined",
    ],
    ["stopped", (world) => world.after((it) => it.control("crm/schema", "stop")), "its feature is stopped"],
    [
      "in a mission that is cancelled",
      (world) => world.edited("crm", { status: "cancelled" }),
      "the mission is cancelled",
    ],
    ["in a mission that is stopped", (world) => world.after((it) => it.control("crm", "stop")), "crm is stopped"],
    [
      "in a mission whose folder is gone",
      (world) => world.withMissionFacts({ gone: true }),
      "the mission's folder is gone",
    ],
    [
      "on a host that is stopped",
      (world) => world.after((it) => it.control("host:anna", "stop")),
      "host:anna is stopped",
    ],
  ])("a live run whose feature is %s ends", (_, change, because) => {
    expect(ends(change(live()))).toEqual([{ kind: "withdraw", run: "schema-1", because }]);
  });

  test("a run that is stopped by its own name ends", () => {
    expect(ends(live().after((it) => it.control("schema-1", "stop")))).toMatchObject([
      { because: "schema-1 is stopped" },
    ]);
  });

  test("a run whose claim was ended by others ends", () => {
    expect(ends(live().after((it) => it.ended("schema", "lost")))).toMatchObject([{ because: "its claim has ended" }]);
  });

  test("the stop of everything stops every live process of this host, and nothing else happens", () => {
    const world = live()
      .after((it) => it.gating(["other"]))
      .withLocalRun("gate-3")
      .withFacts({ stopped: true });
    expect(world.decisions()).toEqual([
      { kind: "stop", run: "schema-1", because: "everything is stopped" },
      { kind: "stop", run: "gate-3", because: "everything is stopped" },
    ]);
  });

  test.each<[string, (world: World) => World]>([
    ["paused", (world) => world.after((it) => it.control("crm", "pause"))],
    ["held", (world) => world.edited("schema", { status: "hold" })],
    ["edited", (world) => world.edited("schema", { spec: "spec-2" })],
    ["renamed", (world) => world.edited("schema", { id: "tables", was: "schema" })],
    ["in a mission whose ledger was rewound", (world) => world.withMissionFacts({ ledgerState: "rewound" })],
    ["in a mission whose home is missing", (world) => world.withMissionFacts({ home: null })],
    [
      "in a mission whose mission.md is broken",
      (world) => world.withMissionFacts({ files: { ...world.snapshot().missions[0]?.files, mission: null } as never }),
    ],
  ])("a live run whose feature is %s goes on", (_, change) => {
    expect(ends(change(live()))).toEqual([]);
  });

  test("a process that has ended is not ended again", () => {
    expect(ends(live().edited("schema", { status: "cancelled" }).withLocalRun("x"))).toHaveLength(2);
    const world = running()
      .edited("schema", { status: "cancelled" })
      .withLocalRun("schema-1", { owner: "dead", waiting: 1 });
    expect(ends(world)).toEqual([]);
  });
});

describe("discards", () => {
  const orphan = (given = {}) =>
    aWorld()
      .withFeature("schema")
      .withLocalRun("schema-9", { owner: "dead", ...given });

  test("an order that was never claimed and whose maker is dead is closed", () => {
    expect(orphan().decided("discard")).toMatchObject([{ run: "schema-9" }]);
  });

  test.each([
    ["it is closed already", { closed: true }],
    ["its maker lives", { owner: "alive" as const }],
    ["its maker can't be told", { owner: "foreign" as const }],
    ["its reports wait", { waiting: 1 }],
  ])("not when %s", (_, given) => {
    expect(orphan(given).decided("discard")).toEqual([]);
  });

  test("not while its ledger can't be trusted", () => {
    expect(orphan().withMissionFacts({ ledgerState: "rewound" }).decided("discard")).toEqual([]);
  });
});
