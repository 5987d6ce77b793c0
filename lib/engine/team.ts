/**
 * The threads that compute together. All run the same phases over one shared memory: the leader names a phase,
 * everybody takes its items from an atomic counter, and all meet at a barrier. Which thread takes which item reaches
 * no result.
 */
import { CONTROL_ADDRESS } from "./kernels.js";

/** A phase does item `i` of the `items` that the leader announced. */
export type Phase = (item: number) => void;

const ARRIVED = 0;
const GENERATION = 1;
const PHASE = 2;
const ITEMS = 3;
const NEXT_ITEM = 4;
const ABORT = 5;
const ACKNOWLEDGED = 6;
const STOP = -1;
/** Floating-point arguments of a phase, shared with the followers. */
const ARGUMENTS_ADDRESS = CONTROL_ADDRESS + 64;
const PHASE_ARGUMENTS = 16;

const SPINS = 2000;

export class Team {
  readonly #control: Int32Array;
  readonly #threads: number;
  readonly #phases: readonly Phase[];
  /** Written by the leader before `run`, read by every thread inside the phase. */
  readonly args: Float64Array;

  constructor(memory: WebAssembly.Memory, threads: number, phases: (args: Float64Array) => readonly Phase[]) {
    this.#control = new Int32Array(memory.buffer, CONTROL_ADDRESS, 16);
    this.args = new Float64Array(memory.buffer, ARGUMENTS_ADDRESS, PHASE_ARGUMENTS);
    this.#threads = threads;
    this.#phases = phases(this.args);
  }

  /** Leader: every item of the phase done, by all threads. */
  run(phase: number, items: number): void {
    Atomics.store(this.#control, PHASE, phase);
    Atomics.store(this.#control, ITEMS, items);
    Atomics.store(this.#control, NEXT_ITEM, 0);
    this.#meet();
    this.#work();
    this.#meet();
  }

  /** Leader: lets the followers return. */
  stop(): void {
    Atomics.store(this.#control, PHASE, STOP);
    this.#meet();
  }

  /** Follower: works until the leader stops. */
  follow(): void {
    for (;;) {
      this.#meet();
      if (Atomics.load(this.#control, PHASE) === STOP) return;
      this.#work();
      this.#meet();
    }
  }

  /** Whether the owner of the memory asked the leader to end early. */
  get aborted(): boolean {
    return Atomics.load(this.#control, ABORT) === 1;
  }

  #work(): void {
    const phase = this.#phases[Atomics.load(this.#control, PHASE)]!;
    const items = Atomics.load(this.#control, ITEMS);
    for (;;) {
      const item = Atomics.add(this.#control, NEXT_ITEM, 1);
      if (item >= items) return;
      phase(item);
    }
  }

  #meet(): void {
    const control = this.#control;
    if (this.#threads === 1) return;
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) + 1 === this.#threads) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
      return;
    }
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, GENERATION) !== generation) return;
    while (Atomics.load(control, GENERATION) === generation) Atomics.wait(control, GENERATION, generation);
  }
}

/** Asks the leader of the team on this memory to end early. */
export function abortTeam(memory: WebAssembly.Memory): void {
  Atomics.store(new Int32Array(memory.buffer, CONTROL_ADDRESS, 16), ABORT, 1);
}

/** The owner of the memory has dealt with one chunk of results: samples, or a checkpoint. */
export function acknowledgeChunk(memory: WebAssembly.Memory): void {
  const control = new Int32Array(memory.buffer, CONTROL_ADDRESS, 16);
  Atomics.add(control, ACKNOWLEDGED, 1);
  Atomics.notify(control, ACKNOWLEDGED);
}

/** Leader: waits until the owner has dealt with at least `chunks` of them, so that results do not pile up. */
export function acknowledgedChunks(memory: WebAssembly.Memory, chunks: number): void {
  const control = new Int32Array(memory.buffer, CONTROL_ADDRESS, 16);
  for (;;) {
    const done = Atomics.load(control, ACKNOWLEDGED);
    if (done >= chunks) return;
    Atomics.wait(control, ACKNOWLEDGED, done);
  }
}
