// A colour for each service: one of the tokens --service-0 … --service-9. The same name gets the same colour everywhere,
// except that services of one trace step aside for each other while there are free colours.

export const SERVICE_COLOURS = 10

/** Index of the colour token that a name has by itself. */
export function ownColour(service: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < service.length; i++) hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193)
  // FNV-1a spreads badly in its low bits for short names; fold the high half in.
  return ((hash ^ (hash >>> 15)) >>> 0) % SERVICE_COLOURS
}

/** Colour tokens of the services of one trace; names in any order give the same answer. */
export function serviceColours(services: readonly string[]): ReadonlyMap<string, number> {
  const colours = new Map<string, number>()
  const taken = new Set<number>()
  for (const service of [...new Set(services)].sort()) {
    let colour = ownColour(service)
    for (let step = 0; step < SERVICE_COLOURS && taken.has(colour); step++) colour = (colour + 3) % SERVICE_COLOURS
    taken.add(colour)
    colours.set(service, colour)
  }
  return colours
}
