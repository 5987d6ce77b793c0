/** Who may import whom. Run by scripts/check-imports.mjs, type imports included. */

/** The one folder that may import a package, so that its traps are hidden in one place. */
const owners = {
  h5wasm: "^lib/hdf5/",
  cacache: "^lib/build/",
  zx: "^lib/run-command\\.js$",
  "p-limit": "^lib/build/",
  esbuild: "^lib/config/",
  ajv: "^lib/config/",
  "tiny-glob": "^lib/config/",
  commander: "^lib/cli/",
  "ml-matrix": "^lib/alignment/",
  preact: "^lib/report/page/",
  "@observablehq/plot": "^lib/report/page/",
  "jsonc-parser": "^lib/edit-json\\.js$",
};

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "A cycle makes two files one; split out what both need.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      comment: "An import of a file that does not exist.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "build-knows-nothing-of-lfads",
      comment: "The build engine moves files and digests; what a rule means is known above it.",
      severity: "error",
      from: { path: "^lib/build/" },
      to: { path: "^(lib/(engine|sources|config|params|hdf5|metrics|results|random|cli)/|lib/index|rules/)" },
    },
    {
      name: "engine-knows-nothing-of-building",
      comment: "The numerics take arrays and give arrays; targets, files and configuration stay outside.",
      severity: "error",
      from: { path: "^lib/engine/" },
      to: { path: "^(lib/(build|config|hdf5|sources|cli)/|lib/index|rules/)" },
    },
    {
      name: "engine-touches-no-files",
      comment: "Numerics never touch the file system. Only what loads or names the compiled kernels reads their .wasm.",
      severity: "error",
      from: { path: "^lib/engine/", pathNot: "^lib/engine/(run-threads|engine-version)\\.js$" },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "metrics-are-pure",
      comment: "Metrics are arithmetic on arrays.",
      severity: "error",
      from: { path: "^lib/metrics/" },
      to: { path: "^(lib/(build|config|hdf5|sources|engine|cli)/|rules/|(node:)?fs)" },
    },
    {
      name: "alignment-is-pure",
      comment: "Alignment is arithmetic on condition averages; the rule reads recordings and writes files.",
      severity: "error",
      from: { path: "^lib/alignment/" },
      to: { path: "^(lib/(build|config|hdf5|sources|engine|cli)/|rules/|(node:)?fs)" },
    },
    {
      name: "data-knows-nothing-of-building",
      comment: "Sources and HDF5 read and write recordings; they serve rules and know no target.",
      severity: "error",
      from: { path: "^lib/(hdf5|mat|sources|params|random|tensorboard)/" },
      to: { path: "^(lib/(build|cli)/|rules/)" },
    },
    {
      name: "import-runs-nothing",
      comment: "A tree of the Run Manager is read and described; the build adopts what is in it.",
      severity: "error",
      from: { path: "^lib/run-manager/" },
      to: { path: "^(lib/(build|engine|cli|audit)/|rules/)" },
    },
    {
      name: "reports-read-results",
      comment: "A report is made of files that a rule hands over; it knows no target and no lfadsfile.",
      severity: "error",
      from: { path: "^lib/report/" },
      to: { path: "^(lib/(build|config|sources|engine|cli|audit)/|lib/index|rules/)" },
    },
    {
      name: "config-runs-nothing",
      comment: "The lfadsfile is data; rules/plan turns it into targets.",
      severity: "error",
      from: { path: "^lib/(config|index)" },
      to: { path: "^(lib/(build|engine|hdf5|cli)/|rules/)" },
    },
    {
      name: "audit-knows-nothing-of-lfads",
      comment: "An audit reads records and files, and compares HDF5; what rules make is opaque to it, as to the build.",
      severity: "error",
      from: { path: "^lib/audit/" },
      to: { path: "^(lib/(engine|sources|config|params|metrics|random|cli)/|lib/index|rules/)" },
    },
    {
      name: "builds-do-not-audit",
      comment: "An audit looks at builds from outside; what it checks must not depend on it.",
      severity: "error",
      from: { pathNot: "^lib/(audit|cli)/" },
      to: { path: "^lib/audit/" },
    },
    {
      name: "entry-points-are-not-imported",
      comment: "lib/cli composes; nothing is built upon it.",
      severity: "error",
      from: { pathNot: "^lib/cli/" },
      to: { path: "^lib/cli/" },
    },
    {
      name: "the-page-runs-in-a-browser",
      comment:
        "The report's page takes its data's types, what decodes them and a little arithmetic; nothing of Node or files.",
      severity: "error",
      from: { path: "^lib/report/page/" },
      to: {
        pathNot:
          "^lib/(report/(page/|report-data\\.js|decode-values\\.js)|metrics/smooth-in-time\\.js)|(^|/)node_modules/(preact|@observablehq/plot)/",
      },
    },
    {
      name: "the-page-is-an-asset",
      comment: "The page is bundled for browsers; nothing in Node imports it.",
      severity: "error",
      from: { pathNot: "^lib/report/page/" },
      to: { path: "^lib/report/page/" },
    },
    {
      name: "nx-is-an-entry-point",
      comment: "lib/nx tells Nx of lfadsfiles; it builds by the command, and nothing is built upon it.",
      severity: "error",
      from: { pathNot: "^lib/nx/" },
      to: { path: "^lib/nx/" },
    },
    {
      name: "nx-is-quick",
      comment: "The plugin runs at every command of Nx: it loads what describes a lfadsfile, and nothing that builds.",
      severity: "error",
      from: { path: "^lib/nx/" },
      to: { path: "^(lib/(build|engine|hdf5|cli|audit)/|rules/)" },
    },
    ...Object.entries(owners).map(([name, folder]) => ({
      name: `one-owner-of-${name}`,
      comment: `Only ${folder} imports ${name}: one module owns each package.`,
      severity: "error",
      from: { pathNot: folder },
      to: { path: `(^|/)node_modules/${name}/` },
    })),
    {
      name: "no-undeclared-package",
      comment:
        "A package at run time is a dependency of package.json, and one that users get; the page is bundled with its own.",
      severity: "error",
      from: { pathNot: "^lib/report/page/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-dev", "npm-unknown", "undetermined"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
