// Starts the page: language, server, router.
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ServerProvider } from './data/server.tsx'
import { router } from './router.tsx'
import { applyTheme, storedTheme } from './state/theme.ts'
import { LanguageProvider } from './text/language.tsx'
import './drawing/tokens.css'
import './drawing/document.css'

applyTheme(storedTheme())
const page = document.getElementById('page')
if (page === null) throw new Error('index.html has no element with the id "page"')
createRoot(page).render(
  <StrictMode>
    <LanguageProvider>
      <ServerProvider>
        <RouterProvider router={router} />
      </ServerProvider>
    </LanguageProvider>
  </StrictMode>,
)
