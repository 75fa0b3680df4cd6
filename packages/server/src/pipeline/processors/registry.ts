// Every processor, in the order they run. Times first, which touch columns only; then what may rewrite bytes: what is
// too many goes before the others look at each of it; strings are mended before they are cut, since a cut looks for the
// borders of characters; the service name last, when it is final.
import { absentTimes } from './absent-times/absent-times.ts'
import { endBeforeStart } from './end-before-start/end-before-start.ts'
import { invalidUtf8 } from './invalid-utf8/invalid-utf8.ts'
import { longValues } from './long-values/long-values.ts'
import { manyEntries } from './many-entries/many-entries.ts'
import type { Processor } from './processor.ts'
import { timeOutOfSense } from './time-out-of-sense/time-out-of-sense.ts'
import { unknownService } from './unknown-service/unknown-service.ts'

export const PROCESSORS: readonly Processor[] = [
  absentTimes,
  endBeforeStart,
  timeOutOfSense,
  manyEntries,
  invalidUtf8,
  longValues,
  unknownService,
]
