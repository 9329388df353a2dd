import { describe, expect, it } from "vitest";
import type { Phase } from "../../../src/doors/faults/plan.ts";
import { killMoments, type Reached } from "./plan.ts";

const moments = (...lines: readonly `${number} ${string} ${Phase}`[]): string[] =>
  killMoments(lines.map(toReached)).map(print);

function toReached(line: string): Reached {
  const [pid = "", point = "", phase = ""] = line.split(" ");
  return { pid: Number(pid), point, phase: phase as Phase, nth: 1, family: "git", role: "pulse" };
}

const print = ({ pid, point, phase }: Reached): string => `${pid} ${point} ${phase}`;

describe("one kill stands for all that leave the same disk", () => {
  it("is told apart only by what has begun and what has ended", () => {
    expect(moments("1 a before", "1 a acted", "1 a confirmed", "1 b before", "1 b acted", "1 b confirmed")).toEqual([
      "1 a before",
      "1 b before",
      "1 b confirmed",
    ]);
  });

  it("keeps each moment of effects that go on at the same time, for one may be half done", () => {
    const lines = ["1 a before", "1 b before", "1 a acted", "1 a confirmed", "1 b acted"] as const;
    expect(moments(...lines)).toEqual(["1 a before", "1 b before", "1 a confirmed", "1 b acted"]);
  });

  it("looks at each process alone", () => {
    const lines = ["1 a before", "2 a before", "1 a acted", "2 a acted"] as const;
    expect(moments(...lines)).toEqual([...lines]);
  });
});
