// The few icons of the page: 16-unit drawings in the colour of their text, always beside or instead of a spoken label.
import type { ReactNode } from 'react'

const PATHS = {
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.5 10.5l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 4l4 4-4 4',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  left: 'M10 4l-4 4 4 4',
  copy: 'M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z',
  check: 'M3 8.500l3.500 3.500 6.500-8',
  plus: 'M8 3.500v9M3.500 8h9',
  error: 'M8 2.200l6.200 11.300H1.800zM8 6.500v3M8 11.400v.1',
  orphan:
    'M6.500 9.500l3-3M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500l-1.500 1.500a2.800 2.800 0 0 1-4-4L5 7.500M2.500 5.500l1.500.5M5.500 2.500l.5 1.500',
  link: 'M6.500 9.500l3-3M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500l-1.500 1.500a2.800 2.800 0 0 1-4-4L5 7.500',
  entry: 'M2.500 8h6.500M6.500 5l3 3-3 3M9 3h4.500v10H9',
  datastore:
    'M3 4.200c0-1.200 2.200-2 5-2s5 .8 5 2-2.200 2-5 2-5-.8-5-2ZM3 4.200v7.600c0 1.200 2.200 2 5 2s5-.8 5-2V4.200M3 8c0 1.200 2.200 2 5 2s5-.8 5-2',
  external: 'M7 3H3v10h10V9M9.500 2.500h4v4M13.500 2.500L7.500 8.500',
  jump: 'M2.500 4h6M2.500 8h3.500M2.500 12h6M8.500 8h5M11 5.500L13.500 8 11 10.500',
  log: 'M3 4h10M3 8h10M3 12h6',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 5v3.200l2 1.300',
  sun: 'M8 5.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600ZM8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.7.7M11.900 11.900l.7.700M12.600 3.400l-.7.7M4.100 11.900l-.7.700',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500Z',
  system: 'M2 3h12v8H2zM6 13.500h4',
  language:
    'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM2 8h12M8 2c2 2 2.500 4 2.500 6S10 12 8 14M8 2C6 4 5.500 6 5.500 8S6 12 8 14',
  download: 'M8 2.500v7.500M5 7.500l3 3 3-3M3 13.500h10',
  info: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 7.200v3.800M8 5v.1',
  collapse: 'M3.5 8h9M5.5 2.5L8 5l2.5-2.5M5.5 13.5L8 11l2.5 2.5',
  expand: 'M3.5 8h9M5.5 5L8 2.5 10.5 5M5.5 11L8 13.5l2.5-2.5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The ball of thread. */
export function Logo(): ReactNode {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2.4">
      <circle cx="14" cy="14" r="10.5" />
      <path
        strokeLinecap="round"
        d="M5 10.5c5-4.500 13-4.500 18.500 1M3.800 15.500c5.500-5 14-5 20.400 1.500M5.500 20c4.500-3.500 10.500-3.500 15.500 1"
      />
      <path strokeLinecap="round" d="M19.500 23c3 3.500 6 4.500 9.500 5" />
    </svg>
  )
}
