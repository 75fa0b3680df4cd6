// Preferences of this browser: theme, language, column width, colours and the key, as text in localStorage.

type Preference = 'theme' | 'language' | 'key' | 'name-width' | 'service-colours'

/** '' when nothing is stored or the browser forbids storage. */
export function readStored(name: Preference): string {
  try {
    return localStorage.getItem(`clew.${name}`) ?? ''
  } catch {
    return ''
  }
}

/** Storing may fail where the browser forbids it: the preference then lasts as long as the page. */
export function writeStored(name: Preference, value: string): void {
  try {
    if (value === '') localStorage.removeItem(`clew.${name}`)
    else localStorage.setItem(`clew.${name}`, value)
  } catch {
    // Nothing is lost but the memory of the next visit.
  }
}
