// Light or dark: the stored choice as `data-theme` on the document, else what the system prefers (tokens.css decides).
import { readStored, writeStored } from './stored.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export function storedTheme(): Theme {
  return THEMES.find((theme) => theme === readStored('theme')) ?? 'system'
}

export function applyTheme(theme: Theme): void {
  writeStored('theme', theme === 'system' ? '' : theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
