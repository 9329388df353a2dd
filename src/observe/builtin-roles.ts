import type { Doors } from "../doors/doors.ts";
import type { Role } from "../model/documents.ts";

/** The roles that come with the program. They change only with it. */
export async function readBuiltinRoles({ files, packageFolder, hash }: Doors): Promise<readonly Role[]> {
  const { parseRole } = await import("../format/documents/role.ts");
  const folder = `${packageFolder}/agents`;
  return files
    .list(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => {
      const text = files.readText(`${folder}/${name}`) ?? "";
      const known = parsed.get(name);
      if (known?.text === text) return known.role;
      const file = { path: `agents/${name}`, mode: "100644", blob: hash(text), bytes: new TextEncoder().encode(text) };
      const role = parseRole(file).document;
      parsed.set(name, { text, role });
      return role;
    });
}

/** By name, as last read: every look asks for all of them. */
const parsed = new Map<string, { text: string; role: Role }>();
