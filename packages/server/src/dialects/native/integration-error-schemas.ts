// The answer of /clew/v1/integration-errors: NrIntegrationErrors in New Relic's own words.
import Type, { type Static } from 'typebox'
import { Notices } from './schema-parts.ts'

export const IntegrationError = Type.Object(
  {
    timestamp: Type.Integer({ description: 'When the request came, in milliseconds since 1970' }),
    newRelicFeature: Type.String({ description: 'Part of the product that the sender used' }),
    category: Type.String(),
    name: Type.String({ description: 'What kind of error within the category' }),
    message: Type.String({ description: 'What was wrong, where, what was expected and what came' }),
    requestId: Type.String({ description: 'That of the answer to the request' }),
    apiKeyPrefix: Type.String({ description: 'The first six characters of the key that was shown' }),
  },
  { description: 'An NrIntegrationError of New Relic: what was wrong inside a request that was accepted' },
)
export const IntegrationErrorsAnswer = Type.Object({
  errors: Type.Array(IntegrationError, { description: 'Newest first; a page may hold fewer than its limit' }),
  cursor: Type.Union([Type.String(), Type.Null()], {
    description: 'Ask again with it for the next page; null at the end',
  }),
  notices: Notices,
})

export type IntegrationErrorJson = Static<typeof IntegrationError>
