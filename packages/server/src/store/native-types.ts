// ClickHouse type names to readers of their Native data (docs/en/interfaces/specs/NativeFormat.md). A column comes in two
// phases: the state prefix of all nested types, then the data.
import { DecodeError } from '@clew/model'
import {
  ArrayColumn,
  BoolColumn,
  LowCardinalityColumn,
  type NativeColumn,
  NullableColumn,
  NumberColumn,
  StringColumn,
  TupleColumn,
} from './native-columns.ts'
import type { NativeReader } from './native-reader.ts'

export interface ColumnReader {
  prefix(reader: NativeReader): void
  data(reader: NativeReader, rows: number): NativeColumn
}

const noPrefix = (): void => undefined

/** Throws DecodeError for a type that no query of ours selects. */
export function columnReader(type: string): ColumnReader {
  const open = type.indexOf('(')
  const name = open < 0 ? type : type.slice(0, open)
  const parameters = open < 0 ? [] : splitParameters(type.slice(open + 1, type.lastIndexOf(')')))
  const numbers = NUMBERS[name]
  if (numbers !== undefined)
    return { prefix: noPrefix, data: (reader, rows) => new NumberColumn(rows, numbers(reader, rows)) }
  switch (name) {
    case 'Bool':
      return { prefix: noPrefix, data: (reader, rows) => new BoolColumn(reader.take(rows)) }
    case 'String':
      return { prefix: noPrefix, data: readStrings }
    case 'FixedString':
      return { prefix: noPrefix, data: (reader, rows) => readFixedStrings(reader, rows, Number(parameters[0])) }
    case 'Nothing':
      return {
        prefix: noPrefix,
        data: (reader, rows) => new NullableColumn(new Uint8Array(rows).fill(1), readNothing(reader, rows)),
      }
    case 'SimpleAggregateFunction':
      return columnReader(parameters[1] ?? '')
    case 'LowCardinality':
      return lowCardinality(parameters[0] ?? '')
    case 'Nullable':
      return nullable(columnReader(parameters[0] ?? ''))
    case 'Array':
      return array(columnReader(parameters[0] ?? ''))
    case 'Map':
      return array(tuple(parameters.map(columnReader)))
    case 'Tuple':
      return tuple(parameters.map((parameter) => columnReader(withoutElementName(parameter))))
    default:
      throw new DecodeError('native result', type, 'a column type that is not read here')
  }
}

type NumberReader = (reader: NativeReader, rows: number) => ArrayLike<number> | ArrayLike<bigint>

interface NumberArray<T> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, offset: number, length: number): T
}

function view<T extends ArrayLike<number> | ArrayLike<bigint>>(kind: NumberArray<T>): NumberReader {
  return (reader, rows) => {
    const { buffer, offset } = reader.aligned(rows, kind.BYTES_PER_ELEMENT)
    return new kind(buffer, offset, rows)
  }
}

const NUMBERS: Readonly<Record<string, NumberReader>> = {
  UInt8: view(Uint8Array),
  UInt16: view(Uint16Array),
  UInt32: view(Uint32Array),
  UInt64: view(BigUint64Array),
  Int8: view(Int8Array),
  Int16: view(Int16Array),
  Int32: view(Int32Array),
  Int64: view(BigInt64Array),
  Float32: view(Float32Array),
  Float64: view(Float64Array),
  Date: view(Uint16Array),
  DateTime: view(Uint32Array),
  Enum8: view(Int8Array),
  Enum16: view(Int16Array),
}

function readStrings(reader: NativeReader, rows: number): NativeColumn {
  const extents = new Uint32Array(rows * 2)
  for (let row = 0; row < rows; row++) {
    const length = reader.varUint()
    extents[2 * row] = reader.at
    extents[2 * row + 1] = reader.at + length
    reader.take(length)
  }
  return new StringColumn(reader.bytes, extents)
}

function readFixedStrings(reader: NativeReader, rows: number, length: number): NativeColumn {
  const start = reader.at
  reader.take(rows * length)
  const extents = new Uint32Array(rows * 2)
  for (let i = 0; i < extents.length; i++) extents[i] = start + ((i + 1) >> 1) * length
  return new StringColumn(reader.bytes, extents)
}

function readNothing(reader: NativeReader, rows: number): NativeColumn {
  return new NumberColumn(rows, reader.take(rows))
}

/** Of a dictionary of nullable values the first entry is NULL. */
function lowCardinality(inner: string): ColumnReader {
  const isNullable = inner.startsWith('Nullable(')
  const values = columnReader(isNullable ? inner.slice('Nullable('.length, -1) : inner)
  return {
    prefix: (reader) => {
      reader.take(8)
    },
    data: (reader, rows) => {
      if (rows === 0) return values.data(reader, 0)
      const keyReader = [NUMBERS.UInt8!, NUMBERS.UInt16!, NUMBERS.UInt32!][reader.uint64() & 0xff]
      if (keyReader === undefined)
        throw new DecodeError('native result', `byte ${reader.at}`, 'dictionary keys of 64 bits')
      const size = reader.uint64()
      const dictionary = values.data(reader, size)
      const keys = keyReader(reader, reader.uint64()) as ArrayLike<number>
      const nulls = new Uint8Array(size)
      if (isNullable) nulls[0] = 1
      return new LowCardinalityColumn(isNullable ? new NullableColumn(nulls, dictionary) : dictionary, keys, rows)
    },
  }
}

function nullable(values: ColumnReader): ColumnReader {
  return {
    prefix: (reader) => values.prefix(reader),
    data: (reader, rows) => {
      const nulls = reader.take(rows)
      return new NullableColumn(nulls, values.data(reader, rows))
    },
  }
}

function array(elements: ColumnReader): ColumnReader {
  return {
    prefix: (reader) => elements.prefix(reader),
    data: (reader, rows) => {
      const { buffer, offset } = reader.aligned(rows, 8)
      const ends = new BigUint64Array(buffer, offset, rows)
      return new ArrayColumn(ends, elements.data(reader, rows === 0 ? 0 : Number(ends[rows - 1])))
    },
  }
}

function tuple(elements: readonly ColumnReader[]): ColumnReader {
  return {
    prefix: (reader) => {
      for (const element of elements) element.prefix(reader)
    },
    data: (reader, rows) =>
      new TupleColumn(
        rows,
        elements.map((element) => element.data(reader, rows)),
      ),
  }
}

/** `UInt8, Map(String, UInt64)` at its outermost commas. */
function splitParameters(text: string): string[] {
  const parameters: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === ',' && depth === 0) {
      parameters.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  parameters.push(text.slice(start).trim())
  return parameters
}

/** `name Type` of a named tuple element; a type name itself holds no space outside parentheses. */
function withoutElementName(parameter: string): string {
  const space = parameter.search(/[ (]/)
  return space >= 0 && parameter[space] === ' ' ? parameter.slice(space + 1) : parameter
}
