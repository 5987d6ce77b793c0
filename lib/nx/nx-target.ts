/** What Nx takes as a target, as far as this plugin gives it; so that nothing of Nx is needed to load the plugin. */
export interface NxTarget {
  readonly command?: string;
  readonly executor?: "nx:run-script";
  readonly options: { readonly cwd: string } | { readonly script: string };
  readonly cache?: boolean;
  readonly inputs?: readonly NxInput[];
  readonly outputs?: readonly string[];
  readonly dependsOn?: readonly (string | { readonly projects: readonly string[]; readonly target: string })[];
  readonly metadata: { readonly technologies: readonly string[]; readonly description: string };
}

export type NxInput =
  | string
  | { readonly fileset: string; readonly includeIgnored?: boolean }
  | { readonly env: string }
  | { readonly runtime: string }
  | { readonly externalDependencies: readonly string[] }
  | { readonly dependentTasksOutputFiles: string; readonly transitive?: boolean };
