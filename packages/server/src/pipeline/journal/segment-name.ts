// Names of segment files: the number of the block in hex, and how many tables hold it already where it came back from
// quarantine.
//
//   0000a1b2c3d4e5f6.segment      0000a1b2c3d4e5f6-2.segment

const SEGMENT_NAME = /^([0-9a-f]{16})(?:-(\d{1,2}))?\.segment$/

export interface SegmentName {
  readonly block: bigint
  readonly tablesDone: number
}

export function segmentName(block: bigint, tablesDone = 0): string {
  return `${block.toString(16).padStart(16, '0')}${tablesDone === 0 ? '' : `-${tablesDone}`}.segment`
}

/** Undefined for any other file. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, block, tablesDone] = SEGMENT_NAME.exec(name) ?? []
  return block === undefined ? undefined : { block: BigInt(`0x${block}`), tablesDone: Number(tablesDone ?? 0) }
}
