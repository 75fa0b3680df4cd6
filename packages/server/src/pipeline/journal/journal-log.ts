// What the journal tells its operator; pino's logger fits.

export interface JournalLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
