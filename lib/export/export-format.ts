/** Formats of exported files, by their extensions. */
export const EXPORT_FORMATS = ["h5", "mat", "npz", "nwb"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
