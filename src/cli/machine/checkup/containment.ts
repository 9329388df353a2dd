/** Whether what a run starts ends with it, come what may. */

import { findContainment } from "../../../doors/processes/containment.ts";
import type { Context } from "../../command.ts";
import { type Found, note, ok } from "./check.ts";

/** `gitDir` of the repository that it is asked for, if any. Tried out anew, which takes some 10 ms. */
export async function checkContainment({ env }: Pick<Context, "env">, gitDir: string | null): Promise<Found> {
  const containment = await findContainment(env, { gitDir, cache: null });
  if (containment.kind === "namespace") return ok("containment", "each program of a run ends with all that it started");
  const { because, next } = containment;
  const text = `a daemon that leaves its session and clears its environment outlives its run: ${because}`;
  return note(["containment-weak", "containment", text], next);
}
