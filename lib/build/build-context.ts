/** What the parts of one session share. */
import type { ContentStore } from "./content-store.js";
import type { BuildEvent } from "./events.js";
import type { Graph } from "./graph.js";
import type { HashAhead } from "./hash-ahead.js";
import type { RecordStore } from "./record-store.js";
import type { Manifest } from "./resolve-inputs.js";
import type { BuildState } from "./state.js";
import type { StoreHome } from "./store-home.js";
import type { StoreMembership } from "./store-projects.js";

export interface BuildContext {
  readonly graph: Graph;
  readonly dir: string;
  /** `<dir>/.lfads` */
  readonly folder: string;
  readonly home: StoreHome;
  readonly membership: StoreMembership;
  readonly ruleVersions: Readonly<Record<string, string>>;
  /** As SessionOptions has it. */
  readonly family: ((label: string) => string) | undefined;
  readonly state: BuildState;
  readonly records: RecordStore;
  readonly ahead: HashAhead;
  /** Made on first use: a null build does not import it. */
  store(): Promise<ContentStore>;
  emit(event: BuildEvent): void;
  /** Outputs of the targets that this session knows to be up to date. */
  readonly upToDate: Map<string, { readonly key: string; readonly manifest: Manifest }>;
}
