/** One thing that was looked at. */
export interface MachineCheck {
  readonly name: string;
  readonly found: string;
  /** Null when all is well. */
  readonly advice: string | null;
}
