// Lets `style` carry custom properties, which is how measures reach the style sheets.
import 'react'

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
