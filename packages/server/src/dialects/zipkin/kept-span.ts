// A stored span as Zipkin's server would have kept it: names in lower case, annotations in order and each once. Search
// compares these, and answers are made of them.
import { toZipkinSpan, type ZipkinSpan } from '@clew/codecs'
import type { Span } from '@clew/model'
import type { StoredSpan } from '../../query/stored-span.ts'
import { decodeStored } from '../read-trace.ts'

type Annotations = ZipkinSpan['annotations']

/** Throws INTERNAL when the span cannot be read. */
export function keptSpan(stored: StoredSpan): ZipkinSpan {
  return asKept(decodeStored(stored))
}

export function asKept(decoded: Span): ZipkinSpan {
  const span = toZipkinSpan(decoded)
  return {
    ...span,
    name: span.name.toLowerCase(),
    localEndpoint: { ...span.localEndpoint, serviceName: span.localEndpoint.serviceName.toLowerCase() },
    remoteEndpoint: { ...span.remoteEndpoint, serviceName: span.remoteEndpoint.serviceName.toLowerCase() },
    annotations: inOrder(span.annotations),
  }
}

function inOrder(annotations: Annotations): Annotations {
  if (annotations.length < 2) return annotations
  const sorted = [...annotations].sort((a, b) => {
    if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1
    return a.value < b.value ? -1 : Number(a.value > b.value)
  })
  return sorted.filter(({ timestamp, value }, i) => {
    const before = sorted[i - 1]
    return before?.timestamp !== timestamp || before.value !== value
  })
}
