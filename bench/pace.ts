// How fast the machine was while the bench ran. Rented cores are shared with strangers: the same work can take three times
// as long from one minute to the next, and no figure says so by itself.

const STEPS = 2e8

/** Milliseconds of CPU that a fixed piece of work takes just now. */
export function paceMs(): number {
  const before = process.cpuUsage()
  let sum = 0
  for (let i = 0; i < STEPS; i++) sum = (sum + i * 7) | 0
  const { user, system } = process.cpuUsage(before)
  // The sum is looked at, or the loop would be left out.
  return (user + system) / 1000 + (sum === 1 ? 1 : 0)
}

/** For the head of the table. */
export function paceText(samples: readonly number[]): string {
  const [least, most] = [Math.min(...samples), Math.max(...samples)]
  return `pace: the same loop took ${Math.round(least)} to ${Math.round(most)} ms of CPU between the cases`
}
