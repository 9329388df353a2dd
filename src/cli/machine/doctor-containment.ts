/** Whether what a run starts ends with it, come what may. */

import { findContainment } from "../../doors/processes/containment.ts";
import type { Checkup } from "../../view/checkup.ts";
import type { Context } from "../command.ts";

/** `gitDir` of the repository that it is asked for, if any. Tried out anew, which takes some 10 ms. */
export async function checkContainment({ env }: Pick<Context, "env">, gitDir: string | null): Promise<Checkup> {
  const containment = await findContainment(env, { gitDir, cache: null });
  const name = "containment";
  if (containment.kind === "namespace") {
    return { name, level: "ok", text: "each program of a run ends with all that it started", next: null };
  }
  const { because, next } = containment;
  const text = `a daemon that leaves its session and clears its environment outlives its run: ${because}`;
  return { name, level: "note", text, next };
}
