import { expect, it } from "vitest";
import { jsonText } from "../../src/cli/command.ts";

it("keeps every character, and none that a terminal would obey", () => {
  const value = { text: "\u001b[2J \u009b31m \u202e \u007f \u200b 日本 👩‍👩‍👧 \ufeff", list: [null, 1, "é"] };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
