// The views of a trace as tabs.
import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { TraceModel } from '../../state/trace-model.ts'
import type { TraceView } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import '../parts/tabs.css'

interface TraceTabsProps {
  readonly model: TraceModel
  readonly view: TraceView
  onShow(view: TraceView): void
  readonly children: ReactNode
}

export function TraceTabs({ model, view, onShow, children }: TraceTabsProps): ReactNode {
  const { text, count } = useSpeech()
  const logs = model.columns.logs.reduce((sum, logs) => sum + logs, 0)
  return (
    <Tabs
      className="trace-tabs"
      selectedKey={view.tab ?? 'waterfall'}
      onSelectionChange={(key) => onShow({ ...view, tab: key === 'logs' ? 'logs' : undefined })}
    >
      <TabList className="tab-list" aria-label={text.trace.tabs}>
        <Tab id="waterfall" className="tab">
          {text.trace.waterfall}
        </Tab>
        <Tab id="logs" className="tab">
          {text.trace.logs} <span className="tab-count">{count(logs)}</span>
        </Tab>
      </TabList>
      <TabPanel id={view.tab ?? 'waterfall'} className="trace-tab-panel">
        {children}
      </TabPanel>
    </Tabs>
  )
}
