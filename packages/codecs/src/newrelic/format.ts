// The name of the format in errors.

export const FORMAT = 'newrelic json'
