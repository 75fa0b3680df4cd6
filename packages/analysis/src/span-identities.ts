// Which spans a trace's ids stand for, where senders write ids as text: two texts that became the same id are told apart
// by the text, which their spans keep. First step of every analysis of such a trace, before parents are found.
import { type Attributes, ID_TEXT, type Span, stringAttribute } from '@clew/model'

export interface SpanIdentities {
  /** For each span what names it within the trace: its id, with its text where the id alone names several. */
  readonly spanIds: readonly string[]
  /** '' for a root span; the same for the parent. */
  readonly parentSpanIds: readonly string[]
  /** How many ids stand for more than one text. */
  readonly metIds: number
}

export function identifySpans(spans: readonly Pick<Span, 'spanId' | 'parentSpanId' | 'attributes'>[]): SpanIdentities {
  const textOf = new Map<string, string>()
  const met = new Set<string>()
  const note = (id: string, text: string) => {
    const known = textOf.get(id)
    if (known === undefined) textOf.set(id, text)
    else if (known !== text) met.add(id)
  }
  for (const { spanId, parentSpanId, attributes } of spans) {
    note(spanId, idText(attributes, ID_TEXT.span))
    if (parentSpanId !== '') note(parentSpanId, idText(attributes, ID_TEXT.parentSpan))
  }
  const named = (id: string, attributes: Attributes, key: string) =>
    met.has(id) ? `${id} ${idText(attributes, key)}` : id
  return {
    spanIds: spans.map(({ spanId, attributes }) => named(spanId, attributes, ID_TEXT.span)),
    parentSpanIds: spans.map(({ parentSpanId, attributes }) => named(parentSpanId, attributes, ID_TEXT.parentSpan)),
    metIds: met.size,
  }
}

/** The text an id was made of; '' where it was written as the id itself. */
function idText(attributes: Attributes, key: string): string {
  return stringAttribute(attributes, key) ?? ''
}
