/** `status --json` in pieces is the same text as in one piece. */

import { expect, test } from "vitest";
import { jsonText } from "../../src/cli/command.ts";
import { printStatus } from "../../src/cli/read/status-text.ts";
import { deriveState } from "../../src/derive/state.ts";
import { statusJson } from "../../src/view/status-json.ts";
import { aWorld } from "../helpers/world.ts";

const ODD = 'a "title"\n  "missions": []\u2028\u202e, für \u{1f600} \\';

function status(...ids: readonly string[]) {
  const world = aWorld({ title: ODD }).withMilestone("first", { title: ODD }).withFeature("a", { title: ODD });
  for (const id of ids) world.withMission(id, { title: `${id} ${ODD}` }).withFeature("b");
  const said = statusJson(deriveState(world.snapshot()), [`missions/${ODD}.md`]);
  // As a look has them.
  return { ...said, missions: said.missions.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

test.each([[[]], [["b"]], [["a", "d", "e"]]])("with %j beside another mission", (ids) => {
  const whole = status(...ids);
  const { bytes, at, places } = printStatus(whole, []);
  expect(bytes.toString("utf8")).toBe(`${jsonText(whole)}\n`);
  expect(bytes.toString("utf8", at, at + whole.at.length)).toBe(whole.at);
  for (const mission of whole.missions) {
    const { start = 0, end = 0 } = places.get(mission.id) ?? {};
    expect(JSON.parse(bytes.toString("utf8", start, end))).toEqual(JSON.parse(JSON.stringify(mission)));
  }
});

test("texts that are kept stand in their places", () => {
  const whole = status("a", "b", "d", "e");
  const { bytes, places } = printStatus(whole, []);
  for (const kept of [["a"], ["crm", "e"], whole.missions.map(({ id }) => id)]) {
    const texts = kept.map((id) => ({ id, text: bytes.subarray(places.get(id)?.start, places.get(id)?.end) }));
    const left = { ...whole, missions: whole.missions.filter(({ id }) => !kept.includes(id)) };
    expect(printStatus(left, texts)).toEqual(printStatus(whole, []));
  }
});

test("no mission at all is an empty list", () => {
  const none = { ...status(), missions: [] };
  expect(printStatus(none, []).bytes.toString("utf8")).toBe(`${jsonText(none)}\n`);
});
