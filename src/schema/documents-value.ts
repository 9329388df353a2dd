import { z } from "zod";
import { ID_PATTERN, isReservedId } from "../model/ids.ts";

/** Text, or what YAML takes for a number or truth value where text was meant. */
export const text = z.union([z.string().regex(/\S/), z.number(), z.boolean()]);

/** A list of texts; one text stands for a list of one. A key with nothing behind it is a key left out. */
export const texts = optional(z.union([text, z.array(text)]));

export const id = text.refine((value) => ID_PATTERN.test(trimmed(value)) && !isReservedId(trimmed(value)));
export const ids = optional(z.union([id, z.array(id)]));
/** `schema`, or `other-mission/schema`. */
const dependency = text.refine((value) => {
  const parts = trimmed(value).split("/");
  return parts.length <= 2 && parts.every((part) => ID_PATTERN.test(part) && !isReservedId(part));
});
export const dependencies = optional(z.union([dependency, z.array(dependency)]));

/** A path or glob from the root of the repository. */
export const path = text.refine((value) => {
  const plain = trimmed(value);
  return !/^[/\\~]|^[a-zA-Z]:[/\\]|[\0\r\n]/.test(plain) && !plain.split(/[/\\]/).includes("..");
});
export const paths = optional(z.union([path, z.array(path)]));

export const amount = z.number().min(0);
/** `400k`, `30M` or a whole number. */
export const count = z.union([
  z.string().regex(/^(?:\d{1,15}|\d{1,15}(?:\.\d{1,9})?[kM])$/),
  z.number().refine((value) => /^\d{1,15}$/.test(String(value))),
]);
/** `90s`, `10m`, `4h`. */
export const duration = z.string().regex(/^\d{1,12}(?:\.\d{1,9})?(?:ms|s|m|h|d)$/);
export const parallel = z.int().min(1).max(1000);

/** A key that may be left out or have nothing behind it. */
export function optional<Shape extends z.ZodType>(shape: Shape) {
  return shape.nullish();
}

function trimmed(value: string | number | boolean): string {
  return String(value).trim();
}
