// The square in a service's colour; the name always stands beside it.
import type { ReactNode } from 'react'
import { serviceColour } from '../../state/service-colours.ts'

export function serviceToken(service: string): string {
  return `var(--service-${serviceColour(service)})`
}

export function ServiceMark({ service }: { service: string }): ReactNode {
  return <span className="dot" aria-hidden="true" style={{ background: serviceToken(service) }} />
}
