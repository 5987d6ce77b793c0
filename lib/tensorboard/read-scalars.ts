import { readFileSync } from "node:fs";

/** Of each step, the scalars of an event file by their tags. A record that is cut short ends the file. */
export function readScalars(file: string): Map<number, Map<string, number>> {
  const steps = new Map<number, Map<string, number>>();
  for (const record of records(readFileSync(file))) {
    let step = 0;
    const scalars: (readonly [tag: string, value: number])[] = [];
    for (const { field, number, bytes } of fields(record)) {
      if (field === EVENT.step) step = number;
      else if (field === EVENT.summary && bytes) scalars.push(...scalarsOf(bytes));
    }
    if (scalars.length === 0) continue;
    const known = steps.get(step) ?? new Map<string, number>();
    steps.set(step, known);
    for (const [tag, value] of scalars) known.set(tag, value);
  }
  return steps;
}

/** Field numbers of TensorFlow's event.proto and summary.proto. */
const EVENT = { step: 2, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** TFRecords: length (8 bytes), its checksum (4), data, its checksum (4). */
function* records(file: Buffer): Generator<Buffer> {
  for (let at = 0; at + 12 <= file.length; ) {
    const end = at + 12 + Number(file.readBigUInt64LE(at));
    if (end > file.length) return;
    yield file.subarray(at + 12, end);
    at = end + 4;
  }
}

function* scalarsOf(summary: Buffer): Generator<readonly [tag: string, value: number]> {
  for (const { field, bytes } of fields(summary)) {
    if (field !== SUMMARY.value || !bytes) continue;
    let tag: string | undefined;
    let value: number | undefined;
    for (const part of fields(bytes)) {
      if (part.field === VALUE.tag) tag = part.bytes?.toString("utf8");
      if (part.field === VALUE.simpleValue && part.bytes?.length === 4) value = part.bytes.readFloatLE();
    }
    if (tag !== undefined && value !== undefined) yield [tag, value];
  }
}

interface Field {
  readonly field: number;
  /** Of a varint. */
  readonly number: number;
  /** Of every other type. */
  readonly bytes?: Buffer;
}

/** Of a protocol buffer. What is of no known type ends it. */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (type === 0) {
      yield { field, number: varint() };
      continue;
    }
    const size = type === 1 ? 8 : type === 5 ? 4 : type === 2 ? varint() : Number.POSITIVE_INFINITY;
    if (at + size > message.length) return;
    yield { field, number: 0, bytes: message.subarray(at, at + size) };
    at += size;
  }
}
