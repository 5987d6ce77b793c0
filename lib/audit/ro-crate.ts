/**
 * Results as a Workflow Run RO-Crate: what was made, by what, from what, when. It follows the profile Provenance Run
 * Crate: the lfadsfile is the workflow, each rule a tool and a step, each target an action.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Graph } from "#lib/build/index.js";
import type { TargetAudit } from "./audit-report.js";
import { actionOf, controlOf, type Made, softwareOf, wholeRun } from "./crate-actions.js";
import { CrateAgents, type Person } from "./crate-agents.js";
import { compact, Entities, type Entity, type Reference, refer, uriPath } from "./crate-entity.js";
import { CrateFiles } from "./crate-files.js";
import { CrateTools } from "./crate-tools.js";

export interface CrateFacts {
  readonly graph: Graph;
  /** Folder of the lfadsfile: the crate's root. */
  readonly dir: string;
  /** Absolute. */
  readonly lfadsfile: string;
  readonly name: string;
  readonly description: string;
  /** An SPDX identifier, a URL or a sentence. */
  readonly license: string;
  readonly author?: Person;
  /** Of the lfads that writes the crate. */
  readonly version: string;
}

const workflowCrate = "https://w3id.org/workflowhub/workflow-ro-crate/1.0";
const profiles = [
  ["https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"],
  ["https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"],
  ["https://w3id.org/ro/wfrun/provenance/0.5", "Provenance Run Crate", "0.5"],
  [workflowCrate, "Workflow RO-Crate", "1.0"],
] as const;

/** The content of `ro-crate-metadata.json`. `audits`: targets that hold; those that are not built are left out. */
export function roCrate(facts: CrateFacts, audits: readonly TargetAudit[]) {
  const made = audits.flatMap(({ label, status, record }) =>
    status === "not-built" || !record ? [] : [{ target: facts.graph.byLabel.get(label)!.target, record }],
  );
  return {
    "@context": ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"],
    "@graph": graphOf(facts, made).map(compact),
  };
}

function graphOf(facts: CrateFacts, made: readonly Made[]): Entity[] {
  const [tools, files, context, actions] = [
    new CrateTools(),
    new CrateFiles(facts.dir),
    new Entities(),
    new Entities(),
  ];
  const agents = new CrateAgents(facts.author, context);
  const runs = made.map((each) => actions.add(actionOf(each, facts.graph, tools, files, agents)));
  const controls = made.map(({ target }) => actions.add(controlOf(target)));
  const software = softwareOf(made).map((entity) => context.add(entity));
  const workflow = workflowOf(facts, tools, context);
  const whole = wholeRun(facts.lfadsfile, made, files, agents);
  const { startTime, endTime } = whole;
  actions.add(whole);
  actions.add({
    "@id": "#organize",
    "@type": "OrganizeAction",
    name: "Run of lfads",
    agent: agents.of(made.map(({ record }) => record)),
    instrument: context.add(engineOf(facts.version, software)),
    object: controls,
    result: refer(whole["@id"]),
    startTime,
    endTime,
  });
  const readme = readmeOf(facts.dir);
  const root = {
    "@id": "./",
    "@type": "Dataset",
    name: facts.name,
    description: facts.description,
    datePublished: endTime,
    license: licenseOf(facts.license, context),
    author: agents.author(),
    conformsTo: profiles.map(([id, name, version]) =>
      context.add({ "@id": id, "@type": "CreativeWork", name, version }),
    ),
    mainEntity: refer(workflow["@id"]),
    hasPart: [workflow["@id"], ...files.ids(), ...readme.map((entity) => entity["@id"])].map(refer),
    mentions: [refer(whole["@id"]), ...runs],
  };
  const descriptor = {
    "@id": "ro-crate-metadata.json",
    "@type": "CreativeWork",
    about: refer("./"),
    conformsTo: [refer("https://w3id.org/ro/crate/1.1"), refer(workflowCrate)],
  };
  const ofData = [...files.entities(), ...readme];
  return [descriptor, root, workflow, ...tools.entities(), ...context.all(), ...ofData, ...actions.all()];
}

function workflowOf({ lfadsfile }: CrateFacts, tools: CrateTools, context: Entities): Entity {
  const content = readFileSync(lfadsfile);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const typescript = "https://www.typescriptlang.org/";
  return {
    "@id": uriPath(basename(lfadsfile)),
    "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
    name: basename(lfadsfile),
    description: "Which recordings, which parameters, which models; lfads build makes them.",
    encodingFormat: "text/typescript",
    programmingLanguage: context.add({
      "@id": typescript,
      "@type": "ComputerLanguage",
      name: "TypeScript",
      url: typescript,
    }),
    contentSize: String(content.length),
    sha256,
    version: sha256.slice(0, 12),
    conformsTo: context.add({
      "@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE",
      "@type": "CreativeWork",
      name: "ComputationalWorkflow",
      version: "1.0-RELEASE",
    }),
    hasPart: tools.tools(),
    step: tools.steps(),
  };
}

function engineOf(softwareVersion: string, softwareRequirements: readonly Reference[]): Entity {
  return { "@id": "#lfads", "@type": "SoftwareApplication", name: "lfads", softwareVersion, softwareRequirements };
}

function readmeOf(dir: string): Entity[] {
  const id = "README.md";
  if (!existsSync(join(dir, id))) return [];
  return [{ "@id": id, "@type": "File", name: id, encodingFormat: "text/markdown", about: refer("./") }];
}

function licenseOf(license: string, context: Entities): Reference | string {
  if (/\s/.test(license)) return license;
  const id = /^https?:/.test(license) ? license : `https://spdx.org/licenses/${license}`;
  return context.add({ "@id": id, "@type": "CreativeWork", name: license, description: `The licence ${license}.` });
}
