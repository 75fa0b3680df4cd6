// How the value of an attribute is written.

export const VALUE = { null: 0, string: 1, integer: 2, double: 3, true: 4, false: 5, nested: 6 } as const
