// What every answer of ATS is in: a code, a sentence or null, and what was asked for (apm_04_0012 to 0017, 0025).

export const ATS_CODE = {
  ok: 'SVCSTG.ATS.2000',
  /** Of the list of applications, which is another service of Huawei's. */
  okGroups: 'SVCSTG.ATPS.2000',
  badParameters: 'SVCSTG.ATS.400101',
  nothingFound: 'SVCSTG.ATS.200103',
} as const

/** `responseInfo` is printed as JSON. */
export function envelope(errorCode: string, errorMessage: string | null, responseInfo: unknown): string {
  return JSON.stringify({ errorCode, errorMessage, responseInfo })
}

/** An answer that is a list of texts, in pieces: one JSON string after the other. */
export async function* envelopeOfTexts(texts: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  let before = `{"errorCode":"${ATS_CODE.ok}","errorMessage":null,"responseInfo":[`
  for await (const piece of texts) {
    yield before + piece.map((text) => JSON.stringify(text)).join(',')
    before = ','
  }
  yield ']}'
}
