import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { deriveState } from "../../src/derive/state.ts";
import { statusShape } from "../../src/schema/status.ts";
import { statusJson } from "../../src/view/status-json.ts";
import { listStories, readStory, storyPath } from "./read-story.ts";
import { tellBoard, tellDecisions, tellState } from "./tell-story.ts";

describe.each(listStories())("story %s", (name) => {
  const story = readStory(name);
  const state = deriveState(story.snapshot);

  it("has the state that is kept", async () => {
    await expect(tellState(state, story)).toMatchFileSnapshot(storyPath(name, "state.json"));
  });

  it("has the decisions that are kept", async () => {
    await expect(tellDecisions(decide(state), story)).toMatchFileSnapshot(storyPath(name, "decisions.json"));
  });

  it("has the board that is kept", async () => {
    await expect(tellBoard(state)).toMatchFileSnapshot(storyPath(name, "board.txt"));
  });

  it("begins with a sentence that says what happens", () => {
    expect(readFileSync(storyPath(name, "history.md"), "utf8")).toMatch(/^---\n.*?\n---\n[A-Z][^\n]+[.:]\n/s);
  });

  it("gives the same state and decisions a second time, and leaves what was seen as it is", () => {
    const frozen = freezeDeep(readStory(name).snapshot);
    const again = deriveState(frozen);
    expect(again).toEqual(state);
    expect(deriveState(frozen)).toEqual(again);
    expect(decide(freezeDeep(again))).toEqual(decide(state));
    expect(decide(again)).toEqual(decide(again));
  });

  it("gives a status JSON of the documented shape", () => {
    expect(statusShape.safeParse(statusJson(state, [])).error).toBeUndefined();
  });
});

/** A map's entries are not properties: its writers are taken away instead. */
function freezeDeep<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  const isMap = value instanceof Map;
  if (isMap) Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
  Object.freeze(value);
  for (const each of isMap ? value.values() : Object.values(value)) freezeDeep(each);
  return value;
}

function refuse(): never {
  throw new Error("a map was changed");
}
