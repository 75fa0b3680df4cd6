import { describe, expect, it } from 'vitest'
import { encodeExportResponse, encodeStatus } from './export-response.ts'

const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))

describe('the answer to an export', () => {
  it('is empty for a full success, in both encodings', () => {
    expect(encodeExportResponse('spans', { rejected: 0, message: '' }, 'protobuf')).toHaveLength(0)
    expect(json(encodeExportResponse('logs', { rejected: 0, message: '' }, 'json'))).toEqual({})
  })

  it('counts rejected items under the name of their signal, as a string', () => {
    const outcome = { rejected: 2, message: 'why' }
    expect(json(encodeExportResponse('spans', outcome, 'json'))).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: 'why' },
    })
    expect(json(encodeExportResponse('logs', outcome, 'json'))).toEqual({
      partialSuccess: { rejectedLogRecords: '2', errorMessage: 'why' },
    })
  })

  it('carries a warning with nothing rejected', () => {
    expect([...encodeExportResponse('spans', { rejected: 0, message: 'cut' }, 'protobuf')]).toEqual([
      0x0a, 5, 0x12, 3, 0x63, 0x75, 0x74,
    ])
  })
})

describe('the status of a failed export', () => {
  it('says when to try again, if ever', () => {
    expect(json(encodeStatus({ code: 14, message: 'busy', retryDelaySeconds: 3 }, 'json'))).toEqual({
      code: 14,
      message: 'busy',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3s' }],
    })
    expect(json(encodeStatus({ code: 3, message: 'bad' }, 'json'))).toEqual({ code: 3, message: 'bad' })
  })
})
