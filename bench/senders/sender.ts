// What the bench needs of a client, whatever the transport: one request at a time on each connection, as exporters with
// keep-alive do, and the answer as far as it matters.

export interface Answer {
  /** HTTP status; a gRPC status is mapped to the HTTP status that says the same. */
  readonly status: number
  /** Spans the server said it would not keep. */
  readonly rejected: boolean
  readonly retryAfterSeconds: number | undefined
}

export interface Connection {
  /** Resolves with the answer; rejects when the connection ends before it. `body` may be reused after that. */
  post(body: Uint8Array): Promise<Answer>
  close(): void
}

export interface SendReport {
  readonly requests: number
  readonly seconds: number
  readonly answers: ReadonlyMap<number, number>
  readonly latenciesMs: Float64Array
  readonly rejected: number
  readonly withoutRetryTime: number
}

/**
 * Calls `next` for a body and sends it, on every connection without pause, until `next` returns undefined.
 * `answered` hears of each answer.
 */
export async function drive(
  connections: readonly Connection[],
  next: () => Uint8Array | undefined | Promise<Uint8Array | undefined>,
  answered: (body: Uint8Array, answer: Answer) => void = () => {},
): Promise<SendReport> {
  const answers = new Map<number, number>()
  const latencies: number[] = []
  let rejected = 0
  let withoutRetryTime = 0
  const started = performance.now()
  let last = started
  await Promise.all(
    connections.map(async (connection) => {
      for (let body = await next(); body !== undefined; body = await next()) {
        const sent = performance.now()
        const answer = await connection.post(body)
        last = performance.now()
        latencies.push(last - sent)
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
        if (answer.rejected) rejected++
        if ((answer.status === 429 || answer.status === 503) && answer.retryAfterSeconds === undefined)
          withoutRetryTime++
        answered(body, answer)
      }
    }),
  )
  return {
    requests: latencies.length,
    seconds: (last - started) / 1000,
    answers,
    latenciesMs: Float64Array.from(latencies).sort(),
    rejected,
    withoutRetryTime,
  }
}

/** Hands out `items` one after the other. */
export function inTurn<T>(items: readonly T[]): () => T | undefined {
  let index = 0
  return () => items[index++]
}

/** As `inTurn`, but not faster than `perSecond` items. */
export function paced<T>(items: readonly T[], perSecond: number): () => Promise<T | undefined> {
  const started = performance.now()
  let index = 0
  return async () => {
    const mine = index++
    if (mine >= items.length) return undefined
    const due = started + (mine * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    return items[mine]
  }
}
