// GET /ats/traces as a TraceQuery: all conditions hold for one and the same span.
import type { ComparisonOperator, Expression, Field, Literal, TraceQuery } from '@clew/model'
import type { TracesParameters } from './parameters.ts'
import { type ResourceCondition, toExpression } from './service-filter.ts'
import { INSTANCE_KEYS } from './span-name.ts'

const NANOS_PER_MILLI = 1_000_000n

/** `services`: those that the name of the application means, at least one. */
export function toQuery(
  parameters: TracesParameters,
  services: readonly string[],
  conditions: readonly ResourceCondition[],
): TraceQuery {
  const { instance, transaction, durationMs, onlyFailed } = parameters
  const operands: Expression[] = [anyOf(services.map((service) => ofService(service, transaction)))]
  operands.push(...conditions.map(toExpression))
  if (instance !== undefined) operands.push(ofInstance(instance))
  if (durationMs > 0)
    operands.push(
      compare(intrinsic('duration'), '>=', { type: 'duration', value: BigInt(durationMs) * NANOS_PER_MILLI }),
    )
  if (onlyFailed) operands.push(compare(intrinsic('status'), '=', { type: 'status', value: 'error' }))
  return {
    timeRange: {
      from: BigInt(parameters.startMs) * NANOS_PER_MILLI,
      to: BigInt(parameters.endMs) * NANOS_PER_MILLI,
    },
    stages: [{ kind: 'filter', spanset: { kind: 'spans', where: allOf(operands) } }],
    order: { by: 'newest', direction: 'descending' },
    page: { limit: parameters.limit, cursor: undefined },
    totals: false,
    spansPerTrace: 1,
  }
}

function ofService(service: string, transaction: string | undefined): Expression {
  const isService = compare(intrinsic('service'), '=', text(service))
  if (transaction === undefined) return isService
  const whole = `${quote(service)}:[^:]*:${quote(transaction)}`
  const isNamed = [compare(intrinsic('name'), '=', text(transaction)), compare(intrinsic('name'), '=~', text(whole))]
  return allOf([isService, anyOf(isNamed)])
}

/** The first of the attributes that a resource has names its instance. ATS asks for it in lower case. */
function ofInstance(instance: string): Expression {
  const candidates = INSTANCE_KEYS.map((key, rank) => {
    const named = compare(resource(key), '=~', text(`(?i)${quote(instance)}`))
    const before = INSTANCE_KEYS.slice(0, rank).map(
      (earlier): Expression => ({ kind: 'not', operand: { kind: 'exists', field: resource(earlier) } }),
    )
    return allOf([named, ...before])
  })
  return anyOf(candidates)
}

function compare(field: Field, operator: ComparisonOperator, value: Literal): Expression {
  return { kind: 'compare', field, operator, value }
}

function intrinsic(name: 'service' | 'name' | 'duration' | 'status'): Field {
  return { kind: 'intrinsic', name }
}

function resource(key: string): Field {
  return { kind: 'attribute', scope: 'resource', key }
}

function text(value: string): Literal {
  return { type: 'string', value }
}

function allOf(operands: readonly Expression[]): Expression {
  return operands.length === 1 ? operands[0]! : { kind: 'and', operands }
}

function anyOf(operands: readonly Expression[]): Expression {
  return operands.length === 1 ? operands[0]! : { kind: 'or', operands }
}

/** A text as a pattern of RE2 that fits only itself. */
function quote(value: string): string {
  return value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}
