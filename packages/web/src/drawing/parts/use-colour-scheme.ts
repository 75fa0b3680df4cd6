// Which scheme is shown right now, for what is drawn on a canvas and must be drawn anew when it changes.
import { useSyncExternalStore } from 'react'

export type ColourScheme = 'light' | 'dark'

export function useColourScheme(): ColourScheme {
  return useSyncExternalStore(subscribe, read)
}

const systemDark = matchMedia('(prefers-color-scheme: dark)')

function read(): ColourScheme {
  const chosen = document.documentElement.dataset['theme']
  if (chosen === 'light' || chosen === 'dark') return chosen
  return systemDark.matches ? 'dark' : 'light'
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  systemDark.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    systemDark.removeEventListener('change', listener)
  }
}
