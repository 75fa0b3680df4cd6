// The OpenAPI document of the native API, made from its route schemas and served at /openapi.json.
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { type ComponentName, openApiComponents } from './components.ts'

const PREFIX = '#/components/schemas/'

/** Must be registered before the routes it describes. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Clew',
        version: '1',
        description: 'The native API of Clew. Times are nanoseconds since 1970 as decimal text, ids lower-case hex.',
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Not needed on loopback' } },
      },
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
  })
  for (const [name, schema] of Object.entries(openApiComponents()))
    app.addSchema({ $id: name, ...(JSON.parse(JSON.stringify(schema).replaceAll(PREFIX, '')) as object) })
  app.get('/openapi.json', { schema: { hide: true }, config: { right: 'none' } }, () => app.swagger())
}

/** The schema of a route: what it takes, and the component it answers with. */
export function routeSchema(
  summary: string,
  takes: { readonly querystring?: TSchema; readonly params?: TSchema },
  answer: ComponentName,
  otherTypes: readonly string[] = [],
): FastifySchema {
  const content = Object.fromEntries([
    ['application/json', { schema: { $ref: `${answer}#` } }],
    ...otherTypes.map((type) => [type, { schema: { type: 'string' } }]),
  ])
  return {
    summary,
    ...takes,
    response: {
      200: { description: summary, content },
      '4xx': {
        description: 'What was wrong',
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
      },
    },
  }
}
