// Which language the page speaks: the stored choice, else the first of the browser's languages that we have, else English.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { readStored, writeStored } from '../state/stored.ts'
import { en, type Messages } from './en.ts'
import { formatCount, formatDuration, formatShare, formatTime } from './format.ts'
import { ko } from './ko.ts'

export const LANGUAGES: Readonly<Record<Language, Messages>> = { en, ko }
export type Language = 'en' | 'ko'

interface Speech {
  readonly language: Language
  readonly text: Messages
  setLanguage(language: Language): void
  duration(nanos: number | bigint | string): string
  count(count: number): string
  share(share: number): string
  time(unixNano: string | bigint, digits?: number): string
}

const SpeechContext = createContext<Speech | undefined>(undefined)

export function LanguageProvider({ children }: { children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(preferredLanguage)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speech = useMemo<Speech>(() => {
    const text = LANGUAGES[language]
    const { locale } = text.language
    return {
      language,
      text,
      setLanguage(next) {
        writeStored('language', next)
        setLanguage(next)
      },
      duration: (nanos) => formatDuration(typeof nanos === 'string' ? BigInt(nanos) : nanos, locale),
      count: (count) => formatCount(count, locale),
      share: (share) => formatShare(share, locale),
      time: (unixNano, digits = 3) => formatTime(unixNano, locale, digits, Date.now()),
    }
  }, [language])
  return (
    <I18nProvider locale={speech.text.language.locale}>
      <SpeechContext value={speech}>{children}</SpeechContext>
    </I18nProvider>
  )
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext)
  if (speech === undefined) throw new Error('useSpeech: no LanguageProvider above this component')
  return speech
}

function preferredLanguage(): Language {
  const known = Object.keys(LANGUAGES) as Language[]
  const wanted = [readStored('language'), ...navigator.languages].map((tag) => tag.toLowerCase().split('-')[0])
  return wanted.map((tag) => known.find((language) => language === tag)).find((found) => found !== undefined) ?? 'en'
}
