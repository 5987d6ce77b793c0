/**
 * The affine map y ≈ [x, 1] A that leaves the least squares over all rows, by the normal equations.
 * @param x Rows of features.
 * @param y As many rows of targets.
 * @returns A function from one row of features to one of targets.
 */
export function affineMap(x, y) {
  const rows = x.map((row) => [...row, 1]);
  const n = rows[0].length;
  const products = (left, right) => left[0].map((_, i) => right[0].map((_, j) => dot(left, i, right, j)));
  const system = products(rows, rows).map((row, i) => [...row, ...products(rows, y)[i]]);
  for (let pivot = 0; pivot < n; pivot++) {
    const largest = argMax(system.slice(pivot).map((row) => Math.abs(row[pivot]))) + pivot;
    [system[pivot], system[largest]] = [system[largest], system[pivot]];
    system.forEach((row, i) => {
      if (i === pivot) return;
      const factor = row[pivot] / system[pivot][pivot];
      for (let j = pivot; j < row.length; j++) row[j] -= factor * system[pivot][j];
    });
  }
  const map = system.map((row, i) => row.slice(n).map((value) => value / row[i]));
  return (row) => y[0].map((_, j) => [...row, 1].reduce((sum, value, i) => sum + value * map[i][j], 0));
}

/** R² = 1 − Σ‖y − f‖² / Σ‖y − mean y‖² over all rows and columns, each column about its own mean. */
export function r2(y, fitted) {
  const means = y[0].map((_, j) => y.reduce((sum, row) => sum + row[j], 0) / y.length);
  const squares = (of) =>
    y.reduce((sum, row, i) => sum + row.reduce((s, value, j) => s + (value - of(i, j)) ** 2, 0), 0);
  return 1 - squares((i, j) => fitted[i][j]) / squares((_, j) => means[j]);
}

function dot(left, i, right, j) {
  return left.reduce((sum, row, k) => sum + row[i] * right[k][j], 0);
}

function argMax(values) {
  return values.indexOf(Math.max(...values));
}
