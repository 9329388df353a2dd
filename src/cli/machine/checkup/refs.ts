import { openRestore } from "../../../apply/heal.ts";
import { restoreRef } from "../../../repo/restore-refs.ts";
import { bad, mendable, mended, type PlaceCheck } from "./check.ts";

/** Refs whose file is empty or torn, as after a power cut. Git can't repair them by itself. */
export const checkRefs: PlaceCheck = async ({ context: { doors } }) => {
  const torn = doors.debris.listTornRefs();
  const known = new Set(torn.map(({ ref }) => ref));
  await doors.git.listRefs(["refs"]);
  const others = doors.git.brokenRefs.filter((ref) => !known.has(ref));
  return [
    ...torn.map((each) => {
      const what = each.fault === "empty" ? "its file is empty" : "its file holds no object id";
      const found = bad([`ref-${each.fault}`, "refs", `${each.ref} can't be read: ${what}`], "mission doctor --fix");
      return mendable(found, "puts it back where its log, its record or the remote has it", async () => {
        const restored = await restoreRef(await openRestore(doors), each);
        return restored.kind === "restored" ? mended(restored.text) : restored;
      });
    }),
    ...others.map((ref) =>
      bad(["ref-dangling", "refs", `${ref} is broken: what it names is not here`], `git symbolic-ref --delete ${ref}`),
    ),
  ];
};
