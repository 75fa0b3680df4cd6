// Round moments for the ruler above the bars: steps of 1, 2 or 5 times a power of ten, minutes and hours beyond a minute.

const SECOND = 1e9
const LONG_STEPS = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400].map((s) => s * SECOND)

/** Nanoseconds between two marks so that at most `most` of them fit into `span`. */
export function rulerStep(span: number, most: number): number {
  const least = span / Math.max(most, 1)
  if (least > 30 * SECOND) {
    const step = LONG_STEPS.find((step) => step >= least)
    if (step !== undefined) return step
    const days = least / LONG_STEPS.at(-1)!
    return LONG_STEPS.at(-1)! * rounded(days)
  }
  return Math.max(1, rounded(least))
}

/** The marks within a window, ascending. */
export function rulerMarks(from: number, to: number, most: number): number[] {
  const step = rulerStep(to - from, most)
  const marks: number[] = []
  for (let mark = Math.ceil(from / step) * step; mark <= to; mark += step) marks.push(mark)
  return marks
}

function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const digit = [1, 2, 5].find((digit) => digit * power >= value)
  return (digit ?? 10) * power
}
