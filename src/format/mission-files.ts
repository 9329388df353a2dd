import type { FeatureDocument, MilestoneDocument, MissionFiles, MissionRoot, SourceFile } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { type DocumentCache, readThroughCache } from "./document-cache.ts";
import { parseContract } from "./documents/contract.ts";
import { parseFeature } from "./documents/feature.ts";
import { makeMissingMilestone, parseMilestone } from "./documents/milestone.ts";
import { parseMission } from "./documents/mission.ts";
import type { Parsed } from "./documents/parsed.ts";
import { parseRole } from "./documents/role.ts";
import { type MilestoneFolder, sortMissionFiles } from "./mission-layout.ts";

/**
 * Reads all files of one mission. `files` are the blobs below the mission's folder; those that no document is made of
 * are passed over. Each file is read alone: what is wrong in one gives findings and touches no other. `hash` is used for
 * the features' specs.
 */
export function parseMissionFiles(
  root: MissionRoot,
  id: string,
  files: readonly SourceFile[],
  hash: (text: string) => string,
  cache?: DocumentCache,
): MissionFiles {
  const layout = sortMissionFiles(`${root}/${id}`, files);
  const findings: Finding[] = [...layout.findings];
  const keep = <Document>({ document, findings: found }: Parsed<Document>): Document => {
    findings.push(...found);
    return document;
  };
  const { mission, contract } = layout;
  const milestones: MilestoneDocument[] = [];
  const features: FeatureDocument[] = [];
  const missionDocument =
    mission && keep(readThroughCache(cache, "mission", mission, () => parseMission(mission, root, id)));
  const assertions = contract ? keep(readThroughCache(cache, "contract", contract, () => parseContract(contract))) : [];
  for (const folder of layout.milestones) {
    const milestone = keep(readMilestone(folder, `${root}/${id}`, cache));
    milestones.push(milestone);
    for (const file of folder.features) {
      features.push(keep(readThroughCache(cache, "feature", file, () => parseFeature(file, milestone.id, hash))));
    }
  }
  const roles = layout.roles.map((file) => keep(readThroughCache(cache, "role", file, () => parseRole(file))));
  return { mission: missionDocument, contract: assertions, milestones, features, roles, findings };
}

function readMilestone(folder: MilestoneFolder, mission: string, cache?: DocumentCache): Parsed<MilestoneDocument> {
  const { file, name } = folder;
  if (file === null) return makeMissingMilestone(`${mission}/milestones/${name}/milestone.md`, name);
  return readThroughCache(cache, "milestone", file, () => parseMilestone(file, name));
}
