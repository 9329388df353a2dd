import { readWithLibrary } from "./library.ts";
import { emptyMap, type YamlResult } from "./node.ts";
import { readSubset } from "./subset.ts";

/** Some 300 lines. The library needs up to a tenth of a second for hostile text of this length. */
const MAX_YAML_LENGTH = 16 * 1024;

/** Reads `text` from `start` to `end` as YAML: by hand where it is of the simple subset, else with the library. */
export function readYaml(text: string, start: number, end: number): YamlResult {
  if (end - start > MAX_YAML_LENGTH) {
    const expected = `at most ${MAX_YAML_LENGTH / 1024} KiB`;
    const problem = { offset: start, code: "yaml-too-long", message: "The YAML is too long", expected };
    return { value: emptyMap(start), problems: [problem] };
  }
  const value = readSubset(text, start, end);
  return value === null ? readWithLibrary(text, start, end) : { value, problems: [] };
}
