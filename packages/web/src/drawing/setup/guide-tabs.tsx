// The set-up of each language as a tab; every block of it can be copied.
import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { Messages } from '../../text/en.ts'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { type Endpoints, guides, type Step } from './snippets.ts'
import '../parts/tabs.css'

export function GuideTabs({ endpoints }: { endpoints: Endpoints }): ReactNode {
  const { text } = useSpeech()
  const all = guides(endpoints)
  return (
    <Tabs className="guide">
      <TabList className="tab-list" aria-label={text.setUp.languages}>
        {all.map(({ id, name }) => (
          <Tab key={id} id={id} className="tab">
            {name}
          </Tab>
        ))}
      </TabList>
      {all.map(({ id, steps }) => (
        <TabPanel key={id} id={id} className="guide-panel">
          {steps.map((step) => (
            <CodeBlock key={step.kind} title={stepTitle(step, text)} code={step.code} />
          ))}
          {endpoints.keyNeeded && <p className="guide-hint">{text.setUp.keyHint}</p>}
        </TabPanel>
      ))}
    </Tabs>
  )
}

function stepTitle({ kind, file }: Step, text: Messages): string {
  if (kind === 'file') return text.setUp.code(file ?? '')
  return text.setUp[kind]
}

function CodeBlock({ title, code }: { title: string; code: string }): ReactNode {
  return (
    <figure className="code-block">
      <figcaption>
        <span>{title}</span>
        <CopyButton text={code} what={title} label />
      </figcaption>
      <pre>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
