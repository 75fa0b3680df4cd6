// Every case of the bench, in the order in which they run.
import type { BenchCase } from '../bench-case.ts'
import { conversion } from './convert.ts'
import { otherDialects } from './dialects.ts'
import { filledStore } from './filled-store.ts'
import { overload } from './overload.ts'
import { loneRequest, smallRequests } from './small-requests.ts'
import { mixed, visibility } from './steady-load.ts'
import { grpcTransport, gzipTransport } from './transports.ts'

export const CASES: readonly BenchCase[] = [
  filledStore,
  grpcTransport,
  gzipTransport,
  smallRequests,
  loneRequest,
  visibility,
  mixed,
  overload,
  otherDialects,
  conversion,
]
