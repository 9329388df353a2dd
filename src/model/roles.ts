import type { Role } from "./documents.ts";

/**
 * The roles that hold, by name; later places go before earlier ones. What the file of a repository leaves out of a built-in
 * role, that role has: `runtime: codex` alone makes a reviewer that Codex plays.
 */
export function rolesByName(
  builtin: readonly Role[],
  ...places: readonly (readonly Role[])[]
): ReadonlyMap<string, Role> {
  const known = new Map(builtin.map((role) => [role.name, role]));
  const written = places.flat().map((role): [string, Role] => [role.name, complete(role, known.get(role.name))]);
  return new Map([...known, ...written]);
}

function complete(role: Role, base: Role | undefined): Role {
  if (base === undefined) return role;
  const from = (key: Role["leftOut"][number]) => (role.leftOut.includes(key) ? base : role);
  return {
    ...role,
    description: role.description || base.description,
    model: from("model").model,
    autonomy: from("autonomy").autonomy,
    tools: from("tools").tools,
    limits: {
      minutes: role.limits.minutes ?? base.limits.minutes,
      usdPerRun: role.limits.usdPerRun ?? base.limits.usdPerRun,
      usdPerDay: role.limits.usdPerDay ?? base.limits.usdPerDay,
    },
    runtime: role.runtime ?? base.runtime,
    body: role.body.trim() === "" ? base.body : role.body,
  };
}
