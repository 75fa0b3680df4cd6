// NRQL into its tree (ast.ts). Keywords in any case, clauses in any order, as New Relic takes them. What is NRQL but not
// answered here (FACET, TIMESERIES, functions other than count) is refused at its place.
import { ClewError } from '@clew/model'
import { DEFAULT_LIMIT, MAX_LIMIT, type NrqlQuery, type NrqlSelection } from './ast.ts'
import { ConditionParser } from './parse-condition.ts'
import { parseTime } from './parse-time.ts'
import { TokenReader } from './token-reader.ts'
import { syntaxError } from './tokens.ts'

const CLAUSES = ['SELECT', 'FROM', 'WHERE', 'SINCE', 'UNTIL', 'LIMIT'] as const
type Clause = (typeof CLAUSES)[number]

const UNANSWERED = ['FACET', 'TIMESERIES', 'COMPARE', 'ORDER', 'OFFSET', 'WITH', 'JOIN', 'EXTRAPOLATE', 'SLIDE']

/** Far beyond what people write. */
const MAX_CHARS = 10_000

/** `nowMs` is what `ago` counts from. Throws INVALID_ARGUMENT. */
export function parseNrql(text: string, nowMs: number): NrqlQuery {
  if (text.length > MAX_CHARS)
    throw new ClewError('INVALID_ARGUMENT', `NRQL: expected at most ${MAX_CHARS} characters, got ${text.length}`)
  const reader = new TokenReader(text)
  const draft: { -readonly [K in keyof NrqlQuery]?: NrqlQuery[K] } = {}
  const seen = new Set<Clause>()
  while (!reader.isAtEnd) {
    const clause = readClause(reader)
    if (seen.has(clause)) throw reader.unexpected(`${clause} once`, -1)
    seen.add(clause)
    if (clause === 'SELECT') draft.selection = readSelection(reader)
    else if (clause === 'FROM') draft.eventType = reader.name('the name of an event type')
    else if (clause === 'WHERE') draft.where = new ConditionParser(reader).parse()
    else if (clause === 'LIMIT') draft.limit = readLimit(reader)
    else if (clause === 'SINCE') draft.fromMs = parseTime(reader, nowMs)
    else draft.toMs = parseTime(reader, nowMs)
  }
  const { selection, eventType, where, fromMs, toMs, limit = DEFAULT_LIMIT } = draft
  if (selection === undefined) throw syntaxError(text, text.length, 'SELECT')
  if (eventType === undefined) throw syntaxError(text, text.length, 'FROM')
  return { selection, eventType, where, fromMs, toMs, limit }
}

function readClause(reader: TokenReader): Clause {
  for (const clause of CLAUSES) if (reader.takeKeyword(clause)) return clause
  const isUnanswered = UNANSWERED.some((name) => reader.isKeyword(name))
  throw reader.unexpected(`one of ${CLAUSES.join(', ')}${isUnanswered ? ' (other clauses are not answered here)' : ''}`)
}

function readSelection(reader: TokenReader): NrqlSelection {
  if (reader.takeSign('*')) return { kind: 'all' }
  const items: { attribute: string; alias: string }[] = []
  do {
    const attribute = reader.name('an attribute, * or count(*)')
    if (reader.takeSign('(')) {
      if (attribute.toLowerCase() !== 'count' || items.length > 0)
        throw reader.unexpected('attributes, * or count(*) alone (other functions are not answered here)', -2)
      reader.sign('*')
      reader.sign(')')
      return { kind: 'count', alias: readAlias(reader, 'count') }
    }
    items.push({ attribute, alias: readAlias(reader, attribute) })
  } while (reader.takeSign(','))
  return { kind: 'attributes', items }
}

function readAlias(reader: TokenReader, name: string): string {
  return reader.takeKeyword('AS') ? reader.text('a name') : name
}

function readLimit(reader: TokenReader): number {
  if (reader.takeKeyword('MAX')) return MAX_LIMIT
  const limit = reader.number('a number of events or MAX')
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw reader.unexpected(`1 to ${MAX_LIMIT}`, -1)
  return limit
}
