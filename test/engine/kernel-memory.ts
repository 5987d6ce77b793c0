/** The compiled kernels on a small memory of their own, with guards around every array. */
import { readFileSync } from "node:fs";
import { instantiateKernels, type Kernels, RESERVED_BYTES } from "#lib/engine/kernels.js";

const wasm = new WebAssembly.Module(readFileSync(new URL("../../dist/lib/engine/kernels.wasm", import.meta.url)));

export function sharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / 65536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

export function kernelsOn(memory: WebAssembly.Memory): Kernels {
  return instantiateKernels(wasm, memory);
}

const GUARD_FLOATS = 16;
const GUARD = Math.fround(-1234.5);

export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  #next = RESERVED_BYTES;
  readonly #guards: Float32Array[] = [];

  constructor(bytes = 16 * 2 ** 20) {
    this.memory = sharedMemory(bytes);
    this.kernels = kernelsOn(this.memory);
    this.#guard();
  }

  /** A copy of the values, or that many zeros: its address and a view. */
  floats(values: ArrayLike<number> | number): { readonly at: number; readonly view: Float32Array } {
    const view = this.#place(Float32Array, values);
    return { at: view.byteOffset, view };
  }

  doubles(values: ArrayLike<number> | number): { readonly at: number; readonly view: Float64Array } {
    const view = this.#place(Float64Array, values);
    return { at: view.byteOffset, view };
  }

  bytes(values: ArrayLike<number>): { readonly at: number } {
    return { at: this.#place(Uint8Array, values).byteOffset };
  }

  ints(values: ArrayLike<number>): { readonly at: number } {
    return { at: this.#place(Int32Array, values).byteOffset };
  }

  /** Whether nothing was written between and around the arrays. */
  get intact(): boolean {
    return this.#guards.every((guard) => guard.every((value) => value === GUARD));
  }

  #place<A extends Float32Array | Float64Array | Uint8Array | Int32Array>(
    type: { new (buffer: SharedArrayBuffer, at: number, length: number): A; readonly BYTES_PER_ELEMENT: number },
    values: ArrayLike<number> | number,
  ): A {
    const length = typeof values === "number" ? values : values.length;
    const view = new type(this.memory.buffer, this.#next, length);
    if (typeof values !== "number") view.set(values);
    this.#next = Math.ceil((this.#next + length * type.BYTES_PER_ELEMENT) / 16) * 16;
    this.#guard();
    return view;
  }

  #guard(): void {
    const guard = new Float32Array(this.memory.buffer, this.#next, GUARD_FLOATS);
    guard.fill(GUARD);
    this.#guards.push(guard);
    this.#next += GUARD_FLOATS * 4;
  }
}
