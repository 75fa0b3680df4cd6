// Datagrams that the system dropped because nobody read them in time. Only it knows them: Linux counts them for each
// socket in /proc/net/udp and udp6 (proc(5)), the last column; elsewhere there is nothing to ask.
import { readFile } from 'node:fs/promises'

const TABLES = ['/proc/net/udp', '/proc/net/udp6']

/** Of all sockets on this port; undefined where the system does not tell. */
export async function lostDatagrams(port: number): Promise<number | undefined> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'utf8').catch(() => undefined)))
  if (tables.every((table) => table === undefined)) return undefined
  return tables.reduce((sum, table) => sum + dropsIn(table ?? '', port), 0)
}

/** Lines such as `12: 0100007F:1AAF 00000000:0000 07 … 3 ffff8881 42`: the local port in hexadecimal, the drops last. */
export function dropsIn(table: string, port: number): number {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = table.split('\n').map((line) => line.trim().split(/\s+/))
  return sockets.reduce((sum, columns) => (columns[1]?.endsWith(ending) ? sum + Number(columns.at(-1)) : sum), 0)
}
