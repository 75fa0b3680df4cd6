// Every processor, in the order they run.
import type { Processor } from './processor.ts'

export const PROCESSORS: readonly Processor[] = []
