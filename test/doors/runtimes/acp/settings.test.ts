import { expect, test } from "vitest";
import { chooseSetting, modelOf } from "../../../../src/doors/runtimes/acp/settings.ts";

/** As Qwen Code 0.15.10 offers them. */
const OWN = "$runtime|openai|gpt-5.1(openai)";
const OFFER = {
  configOptions: [
    { id: "m", category: "model", currentValue: OWN, options: [{ value: "coder-model(qwen-oauth)" }, { value: OWN }] },
  ],
};

test("a model is named without the way to it, and chosen with it", () => {
  expect(modelOf(OFFER)).toBe("gpt-5.1");
  expect(chooseSetting(OFFER, { model: "gpt-5.1", tier: null })).toEqual({
    method: "session/set_config_option",
    params: { configId: "m", value: OWN },
    model: "gpt-5.1",
  });
  expect(chooseSetting(OFFER, { model: "coder-model", tier: null })?.params.value).toBe("coder-model(qwen-oauth)");
});

test.each([["fake/small"], ["auto"], ["gpt-6.1-sol[low]"], ["opus[1m]"]])("%s is a name already", (model) => {
  expect(modelOf({ models: { currentModelId: model } })).toBe(model);
});
