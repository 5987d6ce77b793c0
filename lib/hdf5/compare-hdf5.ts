/** What two HDF5 files hold, side by side: how far apart their numbers are, and whether the bits are the same. */
import { type AttributeDifference, compareAttributes } from "./compare-attributes.js";
import { ValueComparison, type ValueDifference } from "./compare-values.js";
import { type Hdf5File, openHdf5 } from "./open-hdf5.js";
import { rowMajorBlocks } from "./row-major-blocks.js";

/** Values of each file in memory at once. */
const BLOCK_VALUES = 2 ** 20;

export interface Hdf5Comparison {
  /** Both hold the same objects, attributes, types and shapes, and the same bits in every value. */
  readonly equal: boolean;
  /** Paths of datasets and groups (these end in a slash) that the other file does not have. */
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
  /** Datasets of both, by path. */
  readonly datasets: readonly DatasetComparison[];
  /** Attributes that are not the same, of what both files have. */
  readonly attributes: readonly AttributeDifference[];
}

export interface DatasetComparison {
  readonly path: string;
  readonly left: DatasetShape;
  readonly right: DatasetShape;
  /** Same type, shape and bits. */
  readonly equal: boolean;
  /** Null where shapes differ, or numbers stand against something else: nothing to compare one by one. */
  readonly values: ValueDifference | null;
}

export interface DatasetShape {
  readonly type: string;
  readonly shape: readonly number[];
}

/** Reads both by slices, so memory stays bounded. Throws FailureError `data` for a file that cannot be read. */
export async function compareHdf5(leftFile: string, rightFile: string): Promise<Hdf5Comparison> {
  const left = await openHdf5(leftFile);
  try {
    const right = await openHdf5(rightFile);
    try {
      return compareOpen(left, right);
    } finally {
      right.close();
    }
  } finally {
    left.close();
  }
}

function compareOpen(left: Hdf5File, right: Hdf5File): Hdf5Comparison {
  const inRight = new Set(right.objects());
  const inLeft = new Set(left.objects());
  const onlyLeft = [...inLeft].filter((path) => !inRight.has(path));
  const onlyRight = [...inRight].filter((path) => !inLeft.has(path));
  const both = [...inLeft].filter((path) => inRight.has(path));
  const datasets = both.filter((path) => !path.endsWith("/")).map((path) => compareDataset(left, right, path));
  const attributes = both.flatMap((path) => compareAttributes(path, left.attributes(path), right.attributes(path)));
  const differs = [onlyLeft, onlyRight, attributes, datasets.filter((dataset) => !dataset.equal)];
  return { equal: differs.every((each) => each.length === 0), onlyLeft, onlyRight, datasets, attributes };
}

function compareDataset(left: Hdf5File, right: Hdf5File, path: string): DatasetComparison {
  const [a, b] = [left, right].map((file) => ({ type: file.typeText(path), shape: file.shape(path) })) as [
    DatasetShape,
    DatasetShape,
  ];
  const sides = { path, left: a, right: b };
  const sameShape = a.shape.join() === b.shape.join();
  const comparable = a.type === b.type || (isNumeric(left, path) && isNumeric(right, path));
  if (!sameShape || !comparable) return { ...sides, equal: false, values: null };
  const comparison = new ValueComparison(a.shape);
  for (const block of rowMajorBlocks(a.shape, BLOCK_VALUES)) {
    comparison.add(left.readBlock(path, block), right.readBlock(path, block));
  }
  const values = comparison.result();
  return { ...sides, equal: a.type === b.type && values.sameBits, values };
}

function isNumeric(file: Hdf5File, path: string): boolean {
  const type = file.dtype(path);
  return type !== "string" && type !== "reference" && type !== "other";
}
