import { expect, test } from "vitest";
import { systemClock } from "../../src/doors/clock.ts";
import { lastBeat, parseBeat, printBeat, writeBeat } from "../../src/repo/beat.ts";
import { makeRemote } from "./clones.ts";

const identity = { name: "git-mission", email: "pulse@here" };

test("a beat is read as it was written", () => {
  for (const runs of [[], ["b-1-x", "a-2-y"]]) {
    expect(parseBeat(printBeat({ host: "anna-9f2c", runs }))).toEqual({ host: "anna-9f2c", runs: [...runs].sort() });
  }
  expect(parseBeat("beat: anna-9f2c [skip ci]\n\na-1-x\n")).toEqual({ host: "anna-9f2c", runs: ["a-1-x"] });
});

test.each(["", "beat:", "beat: ", "claim: x\n", "Beat: x"])("%j is no beat", (message) => {
  expect(parseBeat(message)).toBeNull();
});

test("beats follow one another, also where the server takes nothing but forward moves", async () => {
  const remote = makeRemote();
  remote.run("config", "receive.denyNonFastForwards", "true");
  const { git, authority } = remote.clone();
  const doors = { git, authority, clock: systemClock };
  for (const runs of [["a-1-x"], ["a-1-x", "b-1-y"], []]) {
    expect(await writeBeat(doors, { host: "here", runs }, identity)).toEqual({ kind: "won" });
  }
  expect(remote.run("rev-list", "--count", "refs/mission/host/here")).toBe("3");
  expect(parseBeat(remote.run("log", "-1", "--format=%B", "refs/mission/host/here"))).toEqual({
    host: "here",
    runs: [],
  });
  expect((await lastBeat(git, authority, "here"))?.oid).toBe(remote.value("refs/mission/host/here"));
});

test("a beat on an old picture of the remote loses, and wins after a fetch", async () => {
  const remote = makeRemote();
  const [one, other] = [remote.clone(), remote.clone()];
  const beat = { host: "here", runs: [] };
  const of = ({ git, authority }: typeof one) => ({ git, authority, clock: systemClock });
  await writeBeat(of(one), beat, identity);
  expect((await writeBeat(of(other), { host: "here", runs: ["a-1-x"] }, identity)).kind).toBe("lost");
  await other.authority.fetch([other.authority.hostRef("here")]);
  expect((await writeBeat(of(other), { host: "here", runs: ["a-1-x"] }, identity)).kind).toBe("won");
});
