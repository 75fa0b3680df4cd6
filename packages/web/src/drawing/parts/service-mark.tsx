// The square in a service's colour; the name always stands beside it.
import type { ReactNode } from 'react'
import { ownColour } from '../../state/service-colours.ts'

export function serviceColour(index: number): string {
  return `var(--service-${index})`
}

export function ServiceMark({ service, colour }: { service: string; colour?: number | undefined }): ReactNode {
  return <span className="dot" aria-hidden="true" style={{ background: serviceColour(colour ?? ownColour(service)) }} />
}
