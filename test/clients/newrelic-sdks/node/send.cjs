// A program with New Relic's Telemetry SDK for Node, which speaks TLS only and trusts what NODE_EXTRA_CA_CERTS names.
// Reads from stdin what to send, and prints what the SDK gave its callback.
const { text } = require('node:stream/consumers')
const { Span, SpanBatch, SpanClient } = require('@newrelic/telemetry-sdk').telemetry.spans

text(process.stdin).then((input) => {
  const { apiKey, host, port, common, spans } = JSON.parse(input)
  const batch = new SpanBatch(common)
  for (const { id, traceId, timestamp, name, parentId, service, durationMs, attributes } of spans)
    batch.addSpan(new Span(id, traceId, timestamp, name, parentId, service, durationMs, attributes))
  new SpanClient({ apiKey, host, port }).send(batch, (error, response, body) => {
    console.log(JSON.stringify({ error: error?.message ?? null, status: response?.statusCode ?? null, body }))
    // Its connection is kept alive, and with it the process.
    process.exit()
  })
})
