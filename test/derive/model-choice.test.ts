import { describe, expect, it } from "vitest";
import { chooseModel } from "../../src/derive/model-choice.ts";
import type { Role, Runtime } from "../../src/model/documents.ts";

const role = (model: string, name = "coder"): Role => ({ name, model }) as Role;
const runtime = (kind: Runtime["kind"], name: string = kind): Runtime => ({ kind, name }) as Runtime;
const CONFIG = { models: { standard: { fast: "own-model" } } };

describe("what a run's work runs on", () => {
  it.each([
    ["a tier by the agent's own name", role("thinking"), runtime("claude"), {}, { model: "opus", tier: "thinking" }],
    ["a tier by config.md", role("standard"), runtime("claude", "fast"), {}, { model: "own-model", tier: "standard" }],
    ["a tier where no name stands for it", role("economy"), runtime("codex"), {}, { model: null, tier: "economy" }],
    ["a model's own name", role("gpt-x"), runtime("codex"), {}, { model: "gpt-x", tier: null }],
    [
      "the mission's word for the role",
      role("standard"),
      runtime("claude"),
      { coder: "opus-x" },
      { model: "opus-x", tier: null },
    ],
    [
      "the mission's word for workers",
      role("standard"),
      runtime("claude"),
      { worker: "economy" },
      { model: "haiku", tier: "economy" },
    ],
    [
      "a role that is no worker",
      role("economy", "researcher"),
      runtime("claude"),
      { worker: "thinking" },
      { model: "haiku", tier: "economy" },
    ],
    ["no role", null, runtime("claude"), { worker: "thinking" }, { model: null, tier: null }],
  ] as const)("%s", (_title, of, on, models, expected) => {
    expect(chooseModel(of, on, CONFIG, { models })).toEqual(expected);
  });
});
