// What a trace says: tree, orphans, self time, rows under collapse. Pure; the server and the page use it.
export * from './parent-index.ts'
export * from './self-time.ts'
export * from './span-columns.ts'
export * from './span-identities.ts'
export * from './span-roles.ts'
export * from './trace-tree.ts'
export * from './visible-rows.ts'
