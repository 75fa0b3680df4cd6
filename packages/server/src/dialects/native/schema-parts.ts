// What the schemas of answers have in common: numbers, ids and texts of one form.
import { SPAN_KINDS, STATUS_CODES } from '@clew/model'
import Type from 'typebox'

export const UnixNanoText = Type.String({
  description: 'Nanoseconds since 1970-01-01T00:00:00Z, as decimal text',
  pattern: '^\\d+$',
})
export const DurationText = Type.String({ description: 'Nanoseconds, as decimal text', pattern: '^\\d+$' })
export const TraceId = Type.String({ description: '32 lower-case hex digits' })
export const SpanId = Type.String({ description: '16 lower-case hex digits' })
export const Count = Type.Integer({ minimum: 0 })
export const Kind = Type.Enum([...SPAN_KINDS])
export const Status = Type.Enum([...STATUS_CODES])
export const Notices = Type.Array(Type.String(), {
  description: 'What a reader of this answer must know, in whole sentences',
})
