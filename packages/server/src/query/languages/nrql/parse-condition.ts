// The condition of a WHERE clause. OR binds weakest, then AND, then NOT.
import type { NrqlCondition, NrqlOperator, NrqlValue } from './ast.ts'
import type { TokenReader } from './token-reader.ts'

const OPERATORS = ['=', '!=', '<>', '<', '<=', '>', '>='] as const
/** Deeper ones would exhaust the stack. */
const MAX_DEPTH = 100

export class ConditionParser {
  readonly #reader: TokenReader
  #depth = 0

  constructor(reader: TokenReader) {
    this.#reader = reader
  }

  parse(): NrqlCondition {
    if (++this.#depth > MAX_DEPTH) throw this.#reader.unexpected(`at most ${MAX_DEPTH} levels of parentheses`)
    const condition = this.#joined('or', () => this.#joined('and', () => this.#negated()))
    this.#depth--
    return condition
  }

  #joined(kind: 'and' | 'or', operand: () => NrqlCondition): NrqlCondition {
    const operands = [operand()]
    while (this.#reader.takeKeyword(kind.toUpperCase())) operands.push(operand())
    return operands.length === 1 ? operands[0]! : { kind, operands }
  }

  #negated(): NrqlCondition {
    let negations = 0
    while (this.#reader.takeKeyword('NOT')) negations++
    const condition = this.#reader.takeSign('(') ? this.#parenthesized() : this.#comparison()
    return negations % 2 === 0 ? condition : { kind: 'not', operand: condition }
  }

  #parenthesized(): NrqlCondition {
    const condition = this.parse()
    this.#reader.sign(')')
    return condition
  }

  #comparison(): NrqlCondition {
    const reader = this.#reader
    const attribute = reader.name('an attribute')
    const operator = reader.oneSign(OPERATORS)
    if (operator !== undefined) {
      const known: NrqlOperator = operator === '<>' ? '!=' : operator
      return { kind: 'compare', attribute, operator: known, value: this.#value() }
    }
    if (reader.takeKeyword('IS')) return this.#is(attribute)
    const isNegated = reader.takeKeyword('NOT')
    const condition = this.#likeOrIn(attribute)
    return isNegated ? { kind: 'not', operand: condition } : condition
  }

  #is(attribute: string): NrqlCondition {
    const reader = this.#reader
    const isNegated = reader.takeKeyword('NOT')
    let condition: NrqlCondition
    if (reader.takeKeyword('TRUE')) condition = { kind: 'compare', attribute, operator: '=', value: true }
    else if (reader.takeKeyword('FALSE')) condition = { kind: 'compare', attribute, operator: '=', value: false }
    else {
      reader.keyword('NULL')
      condition = { kind: 'isNull', attribute }
    }
    return isNegated ? { kind: 'not', operand: condition } : condition
  }

  #likeOrIn(attribute: string): NrqlCondition {
    const reader = this.#reader
    if (reader.takeKeyword('LIKE')) return { kind: 'like', attribute, pattern: reader.string('a pattern in quotes') }
    if (!reader.takeKeyword('IN')) throw reader.unexpected('a comparison')
    reader.sign('(')
    const values: NrqlValue[] = []
    do values.push(this.#value())
    while (reader.takeSign(','))
    reader.sign(')')
    return { kind: 'in', attribute, values }
  }

  #value(): NrqlValue {
    const reader = this.#reader
    if (reader.kind === 'string') return reader.string('a value')
    if (reader.takeKeyword('TRUE')) return true
    if (reader.takeKeyword('FALSE')) return false
    if (reader.takeKeyword('NULL')) return null
    return reader.number('a value: a text in quotes, a number, true, false or null')
  }
}
