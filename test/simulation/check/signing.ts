import { featureOf, type History, isProgram, ofKind } from "./history.ts";

/** Where home is a branch, the program brings nothing to the default branch but what a person signed, and the closing commit. */
export function checkSigning({ missions, defaultName, defaultBranch }: History): string[] {
  return missions.flatMap(({ id, homeBranch, records }) => {
    if (homeBranch === null || homeBranch === defaultName) return [];
    const asks = ofKind(records, "asked");
    const signed = ofKind(records, "answered").flatMap(({ ask, decision, boundTo }) => {
      const asked = asks[ask - 1];
      return asked?.ask === "sign-off" && decision === "approved" && boundTo === asked.boundTo ? [asked.boundTo] : [];
    });
    const allowed = new Set([...signed, ...ofKind(records, "completed").map(({ commit }) => commit)]);
    return defaultBranch
      .filter((commit) => isProgram(commit) && commit.message.includes(`\nMission: ${id}/`))
      .filter(({ parents }) => !allowed.has(parents[1] ?? ""))
      .map(({ oid }) => `${id}: ${oid} is on the default branch and nobody signed it`);
  });
}

/** Where each feature is signed, none lands without a person's yes to exactly its head. */
export function checkFeatureSigning(
  { id, records, home }: History["missions"][number],
  signOff: "mission" | "milestone" | "feature",
): string[] {
  if (signOff !== "feature") return [];
  const asks = ofKind(records, "asked");
  const approved = new Set(
    ofKind(records, "answered").flatMap(({ ask, decision }) => {
      const asked = asks[ask - 1];
      return decision === "approved" && asked ? [`${asked.about} ${asked.boundTo.split(" ")[1] ?? ""}`] : [];
    }),
  );
  return home.filter(isProgram).flatMap((commit) => {
    const head = /^Mission-Head: (.+)$/m.exec(commit.message)?.[1];
    const feature = featureOf(commit, id);
    if (head === undefined || feature === null || approved.has(`${feature} ${head}`)) return [];
    return [`${id}: ${feature} landed as ${head} and nobody signed it`];
  });
}
