// The source files of the packages and what each imports, read with a regular expression: TypeScript 7 has no compiler
// API for this, and the import forms allowed here are few. Used by the tests about the shape of the house.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface SourceFile {
  /** From the root of the repository, with `/`: `packages/server/src/main.ts`. */
  readonly path: string
  readonly text: string
}

export interface Import {
  /** A package name, or a path from the root of the repository. */
  readonly target: string
  /** Nothing of it is left when the types are erased. */
  readonly typeOnly: boolean
}

const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.git',
  'samples',
  'fixtures',
  'generated',
  'coverage',
  '.cache',
  '.venv',
  'target',
])

/** Every file below `folder` (from the root of the repository), without installed or generated ones. */
export function filesBelow(folder: string): string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) found.push(...filesBelow(path))
    else found.push(path)
  }
  return found
}

/** Folders below `folder`, itself included. */
export function foldersBelow(folder: string): string[] {
  const inner = readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name))
    .flatMap((entry) => foldersBelow(posix.join(folder, entry.name)))
  return [folder, ...inner]
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$|-contract\.ts$|(^|\/)test(ing)?\//.test(path)
}

export function readSources(folder: string): SourceFile[] {
  return filesBelow(folder)
    .filter((path) => /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

export function isFolder(path: string): boolean {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.isDirectory() ?? false
}

const STATIC = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?((?:[\w*${}\s,]|\bas\b)*?)\s*(?:\bfrom\s*)?'([^'\n]+)'/g
const DYNAMIC = /\bimport\(\s*'([^'\n]+)'\s*\)|new URL\(\s*'(\.[^'\n]+\.[tj]s)'\s*,\s*import\.meta\.url\s*\)/g

/** What a file imports, statically, by `import()` or as a worker's URL. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = []
  for (const [, type, names, specifier] of file.text.matchAll(STATIC))
    found.push({ target: resolve(file.path, specifier!), typeOnly: type !== undefined || everyNameIsType(names ?? '') })
  for (const [, dynamic, url] of file.text.matchAll(DYNAMIC))
    found.push({ target: resolve(file.path, (dynamic ?? url)!), typeOnly: false })
  return found
}

/** `{ type A, type B }`: erased like `import type`. */
function everyNameIsType(names: string): boolean {
  const list = names
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return list.length > 0 && names.includes('{') && list.every((name) => name.startsWith('type '))
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return relative(ROOT, join(ROOT, dirname(from), specifier)).replaceAll('\\', '/')
}
