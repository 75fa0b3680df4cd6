// Draws every span of a trace as a line into a strip: rows of the tree from top to bottom, errors last and in front.
import { SERVICE_COLOURS, serviceColour } from '../../state/service-colours.ts'
import { spanService, type TraceModel } from '../../state/trace-model.ts'
import type { ColourScheme } from '../parts/use-colour-scheme.ts'

interface Strip {
  readonly width: number
  readonly height: number
  readonly scheme: ColourScheme
}

/** Below this many spans each line gets this share of the height at most, so that small traces do not become blocks. */
const LEAST_ROWS = 10

export function drawOverview(canvas: HTMLCanvasElement, model: TraceModel, { width, height, scheme }: Strip): void {
  const scale = devicePixelRatio || 1
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(scale, scale)
  const styles = getComputedStyle(canvas)
  const services = [...Array(SERVICE_COLOURS).keys()].map((index) => styles.getPropertyValue(`--service-${index}`))
  const error = styles.getPropertyValue('--error')
  const { columns, tree } = model
  const padding = 4
  const rowHeight = (height - 2 * padding) / Math.max(tree.count, LEAST_ROWS)
  const top = tree.count < LEAST_ROWS ? padding + ((LEAST_ROWS - tree.count) * rowHeight) / 2 : padding
  const perNano = width / Math.max(model.duration, 1)
  const line = (span: number) => {
    const y = top + tree.place[span]! * rowHeight
    const spanWidth = Math.max(columns.duration[span]! * perNano, 1)
    context.fillRect(columns.start[span]! * perNano, y, spanWidth, Math.max(rowHeight * 0.7, 0.8))
  }
  // Thousands of thin lines over each other would become one block: they are drawn lighter.
  context.globalAlpha = tree.count > 2_000 ? (scheme === 'dark' ? 0.35 : 0.3) : 0.9
  for (const span of tree.order) {
    context.fillStyle = services[serviceColour(spanService(model, span))] ?? error
    line(span)
  }
  context.globalAlpha = 1
  context.fillStyle = error
  for (const span of tree.order) if (model.errors[span]) line(span)
}
