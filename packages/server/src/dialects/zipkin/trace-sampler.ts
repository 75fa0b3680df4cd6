// Which traces are kept where not all are: by trace id alone, so that all servers and all spans of a trace agree.
// The rule is Zipkin's (COLLECTOR_SAMPLE_RATE, zipkin2/collector/CollectorSampler): the low 64 bits as a signed number,
// without their sign, are compared with the share of the largest such number.

const MAX_INT64 = 2n ** 63n - 1n

/** `rate` is from 0 to 1. */
export function sampleBoundary(rate: number): bigint {
  if (rate === 0) return -1n
  // The share is taken in a double, as Zipkin does, and cut to what a signed number can be.
  const boundary = BigInt(Math.floor(2 ** 63 * rate))
  return boundary < MAX_INT64 ? boundary : MAX_INT64
}

/** `traceId` has 16 bytes. */
export function isTraceSampled(traceId: Uint8Array, boundary: bigint): boolean {
  const low = new DataView(traceId.buffer, traceId.byteOffset + 8, 8).getBigInt64(0)
  const distance = low < 0n ? -low : low
  return (distance < MAX_INT64 ? distance : MAX_INT64) <= boundary
}
