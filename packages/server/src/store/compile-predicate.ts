// Predicates of a plan as SQL conditions over `spans` (schema/007-spans.sql) and, for what resource and scope say, over
// `resources`. Every value goes through the `sql` template.
import type { Plan } from '../query/plan.ts'
import type { ItemPlace, ItemTest, NumberTest, Predicate, StringTest, TextTest } from '../query/predicate.ts'
import { attributeKeyNumber } from './block/attribute-keys.ts'
import { joinSql, Sql, sql } from './sql.ts'

/** Values of at least this many bytes may have been cut by the writer (INDEXED_VALUE_BYTES, at a whole character). */
const MAY_BE_CUT_BYTES = 1021

/** The bounds of a plan as conditions over `spans`. */
export interface CompiledPlan {
  readonly upper: Sql
  readonly lower: Sql
  readonly exact: boolean
}

/** Turns a condition over `resources` into one over `spans`: which origins fit. It needs `key`, where one is given. */
export type OriginCondition = (overResources: Sql, key?: bigint) => Sql

export function compilePlan(plan: Plan, ofOrigin: OriginCondition): CompiledPlan {
  const upper = compilePredicate(plan.upper, ofOrigin)
  return { upper, lower: plan.exact ? upper : compilePredicate(plan.lower, ofOrigin), exact: plan.exact }
}

/** Origins by a subquery: right wherever they are not looked up beforehand. */
export function originSubquery(tenant: string): OriginCondition {
  return (condition) => sql`origin IN (SELECT origin FROM resources WHERE tenant = ${tenant} AND ${condition})`
}

function compilePredicate(predicate: Predicate, ofOrigin: OriginCondition): Sql {
  switch (predicate.kind) {
    case 'constant':
      return predicate.value ? TRUE : FALSE
    case 'and':
      return joined(
        'and',
        predicate.operands.map((operand) => compilePredicate(operand, ofOrigin)),
      )
    case 'or':
      return joined(
        'or',
        valueLists(predicate.operands).map((operand) =>
          operand.kind === 'list' ? listCondition(operand, ofOrigin) : compilePredicate(operand, ofOrigin),
        ),
      )
    case 'not': {
      const operand = compilePredicate(predicate.operand, ofOrigin)
      return operand === FALSE ? TRUE : operand === TRUE ? FALSE : sql`NOT ${operand}`
    }
    case 'column':
      return 'cut' in predicate.test
        ? stringCondition(column(predicate.column), predicate.test)
        : numberCondition(column(predicate.column), predicate.test)
    case 'item': {
      const { where, test } = predicate
      const key = itemKey(where, predicate.key)
      return atPlace(where, ofOrigin, key, itemCondition(key, test))
    }
    case 'hasKey': {
      const key = itemKey(predicate.where, predicate.key)
      const condition = sql`(has(string_keys, ${key}) OR has(number_keys, ${key}) OR has(bool_keys, ${key}))`
      return atPlace(predicate.where, ofOrigin, key, condition)
    }
    case 'anyText':
      return textCondition(predicate.test, ofOrigin)
  }
}

export const TRUE: Sql = sql`true`
/** No origin may fit: a condition without its dead branch can use the index that the whole could not. */
export const FALSE: Sql = sql`false`

function joined(kind: 'and' | 'or', operands: readonly Sql[]): Sql {
  const [absorbing, neutral] = kind === 'or' ? [TRUE, FALSE] : [FALSE, TRUE]
  if (operands.includes(absorbing)) return absorbing
  const rest = operands.filter((operand) => operand !== neutral)
  if (rest.length === 0) return neutral
  return rest.length === 1 ? rest[0]! : sql`(${joinSql(rest, kind === 'and' ? '\n    AND ' : '\n    OR ')})`
}

/** One of several values, of one key or of any of several keys of the span's own row. */
interface ValueList {
  readonly kind: 'list'
  readonly places: { readonly where: ItemPlace; readonly key: string }[]
  readonly type: 'string' | 'number'
  readonly values: (string | number | bigint)[]
}

/**
 * Puts together the operands that compare one key with one value each: the index is asked once for all of them, and the
 * items of a row are gone through once.
 */
function valueLists(operands: readonly Predicate[]): readonly (Predicate | ValueList)[] {
  const byValues = new Map<string, ValueList>()
  return listsByKey(operands).filter((operand) => {
    if (operand.kind !== 'list' || ORIGIN_PLACES.has(operand.places[0]!.where)) return true
    const name = `${operand.type} ${operand.values.map(String).join('\0')}`
    const same = byValues.get(name)
    same?.places.push(...operand.places)
    if (same === undefined) byValues.set(name, operand)
    return same === undefined
  })
}

function listsByKey(operands: readonly Predicate[]): readonly (Predicate | ValueList)[] {
  const lists = new Map<string, ValueList>()
  const merged: (Predicate | ValueList)[] = []
  for (const operand of operands) {
    if (operand.kind !== 'item' || !isOneValue(operand.test)) {
      merged.push(operand)
      continue
    }
    const { where, key, test } = operand
    const name = `${where} ${test.type} ${key}`
    const list = lists.get(name)
    if (list !== undefined) list.values.push(test.value)
    else {
      const added: ValueList = { kind: 'list', places: [{ where, key }], type: test.type, values: [test.value] }
      lists.set(name, added)
      merged.push(added)
    }
  }
  return merged
}

/** Numbers that are no exact double, and texts that may have been cut, are compared one by one. */
function isOneValue(test: ItemTest): test is Exclude<ItemTest, { type: 'bool' }> {
  if (test.type === 'bool' || test.operator !== '=' || test.quantifier !== 'some') return false
  return test.type === 'number' ? Number.isSafeInteger(Number(test.value)) : test.cut === 'compares' && !test.emptyFails
}

function listCondition({ places, type, values }: ValueList, ofOrigin: OriginCondition): Sql {
  const [{ where, key }, ...morePlaces] = places as [ValueList['places'][number], ...ValueList['places']]
  const [value, ...moreValues] = values
  const number = itemKey(where, key)
  if (moreValues.length === 0 && morePlaces.length === 0) {
    const test = { type, quantifier: 'some', operator: '=', value, cut: 'compares', emptyFails: false } as ItemTest
    return atPlace(where, ofOrigin, number, itemCondition(number, test))
  }
  const [keyColumn, valueColumn] = [Sql.trusted(`${type}_keys`), Sql.trusted(`${type}_values`)]
  const list = joinSql(
    values.map((one) => (type === 'number' ? sql`toFloat64(${one})` : sql`${one}`)),
    ', ',
  )
  const [hasValue, isValue] =
    moreValues.length === 0
      ? [sql`has(${valueColumn}, ${list})`, sql`v = ${list}`]
      : [sql`hasAny(${valueColumn}, [${list}])`, sql`v IN (${list})`]
  const numbers = places.map((place) => itemKey(place.where, place.key))
  const isKey = morePlaces.length === 0 ? sql`k = ${number}` : sql`k IN ${numbers}`
  const condition = sql`(${hasValue} AND arrayExists((k, v) -> ${isKey} AND ${isValue}, ${keyColumn}, ${valueColumn}))`
  return atPlace(where, ofOrigin, number, condition)
}

/** Column names are those of the schema. */
function column(name: (Predicate & { kind: 'column' })['column']): Sql {
  return Sql.trusted(name)
}

/** What stands for the key an item is written under. */
function itemKey(where: ItemPlace, key: string): bigint {
  return attributeKeyNumber(writtenKey(where, key))
}

/** Keys of a prefix cannot be mistaken for a span's own. */
function writtenKey(where: ItemPlace, key: string): string {
  switch (where) {
    case 'span':
      return key.startsWith('@') ? `@span:${key}` : key
    case 'resource':
      return key.startsWith('@') ? `@resource:${key}` : key
    case 'statusMessage':
      return '@status.message'
    case 'scopeName':
      return '@scope.name'
    case 'scopeVersion':
      return '@scope.version'
    default:
      return `@${where}:${key}`
  }
}

const ORIGIN_PLACES: ReadonlySet<ItemPlace> = new Set(['resource', 'scope', 'scopeName', 'scopeVersion'])

/** Items of resource and scope are one row an origin. */
function atPlace(where: ItemPlace, ofOrigin: OriginCondition, key: bigint, condition: Sql): Sql {
  return ORIGIN_PLACES.has(where) ? ofOrigin(condition, key) : condition
}

function itemCondition(key: bigint, test: ItemTest): Sql {
  const keys = Sql.trusted(`${test.type}_keys`)
  const values = Sql.trusted(`${test.type}_values`)
  const value = sql`v`
  const condition =
    test.type === 'string'
      ? stringCondition(value, test)
      : test.type === 'number'
        ? numberCondition(value, test)
        : sql`v ${operatorSql(test.operator)} ${test.value}`
  if (test.quantifier === 'every')
    return sql`(has(${keys}, ${key}) AND NOT arrayExists((k, v) -> k = ${key} AND NOT (${condition}), ${keys}, ${values}))`
  const some = sql`arrayExists((k, v) -> k = ${key} AND ${condition}, ${keys}, ${values})`
  // What the bloom filter over `string_values` knows: granules without the value are never read. Of numbers, looking for
  // the value alone is cheap and leaves few rows for the key.
  const byValue = test.operator === '=' && !(test.type === 'string' && test.cut === 'fits')
  return byValue ? sql`(has(${values}, ${test.value}) AND ${some})` : sql`(has(${keys}, ${key}) AND ${some})`
}

function stringCondition(value: Sql, test: StringTest): Sql {
  const compared =
    test.operator === '=~' || test.operator === '!~'
      ? matchCondition(value, test.operator, test.value)
      : sql`${value} ${operatorSql(test.operator)} ${test.value}`
  const nonEmpty = test.emptyFails ? sql`(${compared} AND ${value} != '')` : compared
  if (test.cut === 'compares') return nonEmpty
  return test.cut === 'fits'
    ? sql`(${nonEmpty} OR length(${value}) >= ${MAY_BE_CUT_BYTES})`
    : sql`(${nonEmpty} AND length(${value}) < ${MAY_BE_CUT_BYTES})`
}

/** The whole value must match, and a dot is no newline: the engine's own default is the other way round. */
function matchCondition(value: Sql, operator: '=~' | '!~', pattern: string): Sql {
  const matches = sql`match(${value}, ${`(?-s)\\A(?:${pattern})\\z`})`
  return operator === '=~' ? matches : sql`NOT ${matches}`
}

function numberCondition(value: Sql, test: NumberTest): Sql {
  return sql`${value} ${operatorSql(test.operator)} ${test.value}`
}

function operatorSql(operator: '=' | '!=' | '<' | '<=' | '>' | '>='): Sql {
  return Sql.trusted(operator)
}

function textCondition(test: TextTest, ofOrigin: OriginCondition): Sql {
  const found = (value: Sql): Sql =>
    test.ascii
      ? sql`positionCaseInsensitive(${value}, ${test.needle}) > 0`
      : sql`position(lowerUTF8(${value}), ${test.needle}) > 0`
  const item = test.cut === 'fits' ? sql`(${found(sql`v`)} OR length(v) >= ${MAY_BE_CUT_BYTES})` : found(sql`v`)
  const items = sql`arrayExists(v -> ${item}, string_values)`
  return joined('or', [found(sql`service`), found(sql`name`), items, ofOrigin(items)])
}
