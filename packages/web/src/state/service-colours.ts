// A colour for each service: one of the tokens --service-0 … --service-9. A name keeps the colour it was given first, on
// every page and in later visits of this browser; two names share one only when all are taken.
import { readStored, writeStored } from './stored.ts'

export const SERVICE_COLOURS = 10
const REMEMBERED = 300

export class ServiceColours {
  readonly #colours = new Map<string, number>()
  readonly #uses = Array.from({ length: SERVICE_COLOURS }, () => 0)

  /** `remembered` is what `print` gave; anything else is ignored. */
  constructor(remembered: string) {
    for (const line of remembered.split('\n')) {
      const colour = Number(line[0])
      if (line.length > 1 && Number.isInteger(colour)) this.#give(line.slice(1), colour)
    }
  }

  /** True when a name came that had no colour yet. */
  isNew(service: string): boolean {
    return !this.#colours.has(service)
  }

  of(service: string): number {
    return this.#colours.get(service) ?? this.#give(service, this.#free(service))
  }

  print(): string {
    return [...this.#colours]
      .slice(-REMEMBERED)
      .map(([service, colour]) => `${colour}${service}`)
      .join('\n')
  }

  // Of the colours that are used least the one that the name itself suggests, so that most browsers agree.
  #free(service: string): number {
    let hash = 0x811c9dc5
    for (let i = 0; i < service.length; i++) hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193)
    const least = Math.min(...this.#uses)
    let colour = ((hash ^ (hash >>> 15)) >>> 0) % SERVICE_COLOURS
    while (this.#uses[colour] !== least) colour = (colour + 3) % SERVICE_COLOURS
    return colour
  }

  #give(service: string, colour: number): number {
    this.#colours.set(service, colour)
    this.#uses[colour]!++
    return colour
  }
}

const colours = new ServiceColours(readStored('service-colours'))

/** Index of the colour token of a service. */
export function serviceColour(service: string): number {
  const isNew = colours.isNew(service)
  const colour = colours.of(service)
  if (isNew) writeStored('service-colours', colours.print())
  return colour
}
