// Which methods a path takes, for the answer 405: Fastify itself only says that it has no such route.

export interface Route {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

/** `/clew/v1/traces/:id` and its methods; nothing for a catch-all, which is not what a wrong method was meant for. */
export function routeOf(url: string, method: string | readonly string[]): Route[] {
  if (url.includes('*')) return []
  const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}/?$`)
  return [{ pattern, methods: typeof method === 'string' ? [method] : method }]
}

/** Empty when there is no such path. */
export function knownMethods(routes: readonly Route[], path: string): string[] {
  return [...new Set(routes.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))]
}
