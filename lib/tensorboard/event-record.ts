/**
 * Records of a TensorBoard event file: protocol buffers of TensorFlow's `Event`, each framed as a TFRecord (length and
 * data, either with its checksum). The file is these records one after the other, `versionRecord` first.
 */
import { maskedCrc32c } from "./masked-crc32c.js";

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** Kept as float32. */
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

export function versionRecord(wallTime: number): Buffer {
  return framed([...double(EVENT.wallTime, wallTime), ...text(EVENT.fileVersion, "brain.Event:2")]);
}

export function scalarRecord({ wallTime, step, scalars }: ScalarEvent): Buffer {
  const summary = scalars.flatMap(([tag, value]) =>
    message(SUMMARY.value, [...text(VALUE.tag, tag), ...float(VALUE.simpleValue, value)]),
  );
  return framed([
    ...double(EVENT.wallTime, wallTime),
    ...key(EVENT.step, VARINT),
    ...varint(step),
    ...message(EVENT.summary, summary),
  ]);
}

/** Field numbers of TensorFlow's event.proto and summary.proto. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const key = (field: number, wireType: number) => varint(field * 8 + wireType);

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

const message = (field: number, content: readonly number[]) => [
  ...key(field, LENGTH_DELIMITED),
  ...varint(content.length),
  ...content,
];

const text = (field: number, value: string) => message(field, [...Buffer.from(value, "utf8")]);

function double(field: number, value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...key(field, FIXED64), ...bytes];
}

function float(field: number, value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [...key(field, FIXED32), ...bytes];
}

function framed(content: readonly number[]): Buffer {
  const data = Buffer.from(content);
  const record = Buffer.alloc(8 + 4 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  data.copy(record, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}
