/**
 * The label without the hash of its parameters. A target whose parameters change gets another label, because the
 * Run Manager's folders are named by hash; what it was before is the last one built of the same family.
 */
export function targetFamily(label: string): string {
  return label.replace(/^([^/:]+)\/(param|data|load)_[^/:]+\//, "$1/$2_*/");
}
