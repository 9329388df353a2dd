import { deriveClaims } from "../../../derive/claims.ts";
import { durationText } from "../../../view/time.ts";
import { type Found, note, type SceneCheck } from "./check.ts";

/** Claims without a live process here: whose they are, since when they are silent, and when they are taken over. */
export const checkClaims: SceneCheck = ({ sight: { snapshot } }) => {
  const { now } = snapshot;
  return deriveClaims(snapshot).map(({ mission, run, host, isOwn, lastSignAt, death }): Found => {
    const silent = durationText(now - lastSignAt);
    const name = `${run.run} of ${mission}`;
    if (death.kind === "dead") {
      const text = `${name} is over without a word: ${death.because}`;
      return note(["claim-dead", "claims", text], "mission pulse");
    }
    const force = `mission doctor --lost ${run.run}, if you know that ${isOwn ? "it" : host} does not work on it any more`;
    if (isOwn && death.until === null)
      return note(["claim-waits", "claims", `${name} has reports that wait`], "mission pulse");
    const when = death.until === null ? "not by itself" : `in ${durationText(death.until - now)}`;
    const where = isOwn ? "is claimed by this host and its folder is not here" : `is claimed by ${host}`;
    return note(
      [
        isOwn ? "claim-orphaned" : "claim-foreign",
        "claims",
        `${name} ${where}; last sign of it ${silent} ago; it is taken over ${when}`,
      ],
      force,
    );
  });
};
