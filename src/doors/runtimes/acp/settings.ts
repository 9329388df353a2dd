/** Model and effort of a session, where the agent has them to choose from. */

import type { Order } from "../../../model/run.ts";
import { type Json, listOf, objectOf, textOf } from "../agent/stream.ts";

/** One request to the agent. */
export interface Setting {
  method: "session/set_config_option" | "session/set_model";
  params: Readonly<Record<string, string>>;
  /** Where it chooses one. */
  model: string | null;
}

const EFFORT = { economy: "low", standard: "medium", thinking: "high" } as const;

/** What the order asks of a session that was just opened; null: nothing, or nothing that the agent has to offer. */
export function chooseSetting(session: Json, { model, tier }: Pick<Order, "model" | "tier">): Setting | null {
  if (model !== null) return chooseModel(session, model);
  const effort = optionOf(session, "thought_level");
  if (tier === null || effort === null || !valuesOf(effort).includes(EFFORT[tier])) return null;
  return { ...configure(effort, EFFORT[tier]), model: null };
}

/** The model that a session works on. */
export function modelOf(session: Json): string | null {
  const named = textOf(optionOf(session, "model")?.currentValue) || textOf(objectOf(session.models).currentModelId);
  return plainName(named) || null;
}

/** Qwen Code names the way to a model too: `$runtime|openai|qwen3-coder(openai)`. */
function plainName(model: string): string {
  return /^(?:\$runtime\|[^|]*\|)?([^|]+)\([\w-]+\)$/.exec(model)?.[1] ?? model;
}

function chooseModel(session: Json, model: string): Setting | null {
  const option = optionOf(session, "model");
  // `provider/model` where the person says the model alone.
  if (option !== null) {
    const value = valuesOf(option).find((each) => isNamed(each, model)) ?? model;
    return { ...configure(option, value), model: plainName(value) };
  }
  if (objectOf(session.models).availableModels === undefined) return null;
  return { method: "session/set_model", params: { modelId: model }, model };
}

function isNamed(value: string, model: string): boolean {
  return value === model || plainName(value) === model || value.endsWith(`/${model}`);
}

function configure(option: Json, value: string): Omit<Setting, "model"> {
  return { method: "session/set_config_option", params: { configId: textOf(option.id), value } };
}

function optionOf({ configOptions }: Json, category: string): Json | null {
  return listOf(configOptions).find((option) => option.category === category) ?? null;
}

/** They may lie in groups. */
function valuesOf({ options }: Json): string[] {
  return listOf(options).flatMap((each) => (each.options === undefined ? [textOf(each.value)] : valuesOf(each)));
}
