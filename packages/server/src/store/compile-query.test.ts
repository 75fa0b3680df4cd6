// The statements of questions as readable SQL (snapshots/*.sql), and each of them run on the engine.
import type { Expression } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Plan, planExpression } from '../query/plan.ts'
import type { SearchWindow } from '../query/trace-reader.ts'
import { FilledStore } from '../testing/filled-store.ts'
import {
  compileAttributeKeys,
  compileAttributeValues,
  compileLogs,
  compileOperations,
  compileOrigins,
  compileServices,
  compileServiceValues,
  compileSpans,
  compileStoredCounts,
  compileSummaries,
} from './compile-lookup.ts'
import { compilePlan, originSubquery } from './compile-predicate.ts'
import {
  compileCandidates,
  compileCount,
  compileMatches,
  compileNewestSpans,
  compileRank,
  compileUnsettled,
} from './compile-query.ts'
import { compileScopeLogs } from './compile-scope-logs.ts'
import type { Sql } from './sql.ts'

const WINDOW: SearchWindow = {
  tenant: 'default',
  from: 1_759_276_800_000_000_000n,
  to: 1_759_276_860_000_000_000n,
  block: 7n,
}
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const NEWEST = { direction: 'descending', after: undefined, limit: 21 } as const

function plan(...operands: Expression[]) {
  return compilePlan(planned(operands), originSubquery('default'))
}
function planned(operands: readonly Expression[]): Plan {
  return planExpression(operands.length === 1 ? operands[0]! : { kind: 'and', operands })
}
const service: Expression = {
  kind: 'compare',
  field: { kind: 'intrinsic', name: 'service' },
  operator: '=',
  value: { type: 'string', value: 'shop' },
}
function attribute(key: string, value: string | bigint, operator: '=' | '!=' | '=~' = '='): Expression {
  const literal = typeof value === 'string' ? ({ type: 'string', value } as const) : ({ type: 'int', value } as const)
  return { kind: 'compare', field: { kind: 'attribute', scope: 'any', key }, operator, value: literal }
}

const oneOf = (key: string, ...values: readonly (string | bigint)[]): Expression => ({
  kind: 'or',
  operands: values.map((value) => ({
    kind: 'compare',
    field: { kind: 'attribute', scope: 'span', key },
    operator: '=',
    value: typeof value === 'string' ? { type: 'string', value } : { type: 'int', value },
  })),
})

const anywhere = (key: string, value: string): Expression => ({
  kind: 'or',
  operands: (['span', 'resource', 'event', 'link'] as const).map((scope) => ({
    kind: 'compare',
    field: { kind: 'attribute', scope, key },
    operator: '=',
    value: { type: 'string', value },
  })),
})

const STATEMENTS: Readonly<Record<string, Sql>> = {
  'one-value-anywhere': compileNewestSpans(WINDOW, plan(anywhere('order.id', 'a')), 21),
  'one-of-several': compileNewestSpans(WINDOW, plan(oneOf('order.id', 'a', 'b', 7n, 8n), oneOf('user.id', 'c')), 21),
  'newest-spans-of-a-service': compileNewestSpans(WINDOW, plan(service), 1050),
  'newest-spans-with-text': compileNewestSpans(WINDOW, plan({ kind: 'text', text: 'Timeout' }), 1050),
  'newest-of-a-service': compileCandidates(WINDOW, plan(service), NEWEST),
  'newest-with-status-code-500': compileCandidates(
    WINDOW,
    plan(service, attribute('http.response.status_code', 500n)),
    NEWEST,
  ),
  'newest-page-after-a-place': compileCandidates(WINDOW, plan(attribute('user.id', "o'neill")), {
    ...NEWEST,
    after: { newest: 1_759_276_830_000_000_000n, traceLow: 99n },
  }),
  'newest-with-text': compileCandidates(WINDOW, plan({ kind: 'text', text: 'Timeout' }), NEWEST),
  'newest-uncertain-only': compileCandidates(WINDOW, plan(attribute('route', '/c.*', '=~')), {
    ...NEWEST,
    onlyUncertain: true,
  }),
  'matches-of-traces': compileMatches(WINDOW, plan(service, attribute('route', 'x', '!=')), [1n, 2n], 3),
  'unsettled-for-totals': compileUnsettled(WINDOW, plan(service), false, 501),
  'unsettled-for-ranks': compileUnsettled(WINDOW, plan({ kind: 'text', text: 'é' }), true, 2001),
  totals: compileCount(WINDOW, plan(service), [1n]),
  'longest-traces': compileRank(WINDOW, plan(service), {
    by: 'duration',
    direction: 'descending',
    after: { value: 5n, traceId: TRACE },
    limit: 21,
    except: [1n],
  }),
  'spans-of-a-trace': compileSpans('default', [99n], undefined),
  'origins-of-spans': compileOrigins('default', [1n, 2n]),
  'summaries-of-traces': compileSummaries('default', [1n, 2n]),
  'stored-counts-of-traces': compileStoredCounts('default', [1n, 2n], 7n),
  services: compileServices('default', { from: WINDOW.from, to: WINDOW.to }),
  operations: compileOperations('default', 'shop', { from: undefined, to: undefined }),
  'attribute-keys': compileAttributeKeys('default', { service: 'shop', scope: undefined }),
  'service-values': compileServiceValues('default', 'service.namespace', 1000),
  'attribute-values': compileAttributeValues('default', 'user.id', { service: undefined, scope: 'span' }),
  'logs-of-a-span': compileLogs('default', TRACE, 'b7ad6b7169203331', 100),
  'logs-of-a-scope': compileScopeLogs('default', {
    service: 'clew',
    scope: 'clew.integration_errors',
    ...{ from: WINDOW.from, to: WINDOW.to, block: WINDOW.block },
    text: "o'neill",
    after: { time: 1_759_276_830_000_000_000n, record: 99n },
    limit: 101,
  }),
}

describe('compiled statements', () => {
  let store: FilledStore
  beforeAll(async () => {
    store = await FilledStore.open()
  })
  afterAll(() => store.close())

  it.each(Object.entries(STATEMENTS))('%s reads as its snapshot and runs', async (name, statement) => {
    await expect(`${statement.text}\n`).toMatchFileSnapshot(`snapshots/${name}.sql`)
    await store.engine.query(statement)
  })

  it('finds nothing with a statement that was cut short by its own values', async () => {
    const hostile = ["'; DROP TABLE spans; --", '\\', "\\'", '\n\n', '\0', '*/ SELECT 1 /*']
    for (const value of hostile) {
      const question = plan(attribute(value, value), { kind: 'text', text: value })
      expect((await store.engine.query(compileCandidates(WINDOW, question, NEWEST))).rows).toBe(0)
    }
    expect((await store.engine.query(compileServices('default', { from: undefined, to: undefined }))).rows).toBe(0)
  })
})
