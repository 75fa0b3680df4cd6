// What the "try again" button of a failed answer does.
import { useCallback } from 'react'
import { useServer } from '../../data/server.tsx'

export function useRetry(path: string): () => void {
  const { answers } = useServer()
  return useCallback(() => answers.refresh(path), [answers, path])
}
