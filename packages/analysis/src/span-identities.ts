// Which spans a trace's ids stand for, where senders write ids as text: two texts that became the same id are told apart
// by the text, which their spans keep. First step of every analysis of such a trace, before parents are found.

/** The ids of a span, each with what was written in its place: '' where that was the id itself. */
export interface SpanIds {
  readonly spanId: string
  readonly spanIdText: string
  /** '' for a root span. */
  readonly parentSpanId: string
  readonly parentSpanIdText: string
}

export interface SpanIdentities {
  /** For each span what names it within the trace: its id, with its text where the id alone names several. */
  readonly spanIds: readonly string[]
  /** '' for a root span; the same for the parent. */
  readonly parentSpanIds: readonly string[]
  /** How many ids stand for more than one text. */
  readonly metIds: number
}

export function identifySpans(spans: readonly SpanIds[]): SpanIdentities {
  const met = spans.some(({ spanIdText }) => spanIdText !== '') ? findMetIds(spans) : NONE
  const named = (id: string, text: string) => (met.has(id) ? `${id} ${text}` : id)
  return {
    spanIds: spans.map(({ spanId, spanIdText }) => named(spanId, spanIdText)),
    parentSpanIds: spans.map(({ parentSpanId, parentSpanIdText }) => named(parentSpanId, parentSpanIdText)),
    metIds: met.size,
  }
}

const NONE: ReadonlySet<string> = new Set()

function findMetIds(spans: readonly SpanIds[]): ReadonlySet<string> {
  const textOf = new Map<string, string>()
  const met = new Set<string>()
  const note = (id: string, text: string) => {
    const known = textOf.get(id)
    if (known === undefined) textOf.set(id, text)
    else if (known !== text) met.add(id)
  }
  for (const { spanId, spanIdText, parentSpanId, parentSpanIdText } of spans) {
    note(spanId, spanIdText)
    if (parentSpanId !== '') note(parentSpanId, parentSpanIdText)
  }
  return met
}
