// What goes wrong in the demo, as Python programs report it.
import type { Failure } from './planned-span.ts'

function failure(
  type: string,
  message: string,
  frames: readonly (readonly [string, number, string, string])[],
): Failure {
  const lines = frames.flatMap(([file, line, name, code]) => [
    `  File "/app/${file}", line ${line}, in ${name}`,
    `    ${code}`,
  ])
  return { type, message, stack: ['Traceback (most recent call last):', ...lines, `${type}: ${message}`].join('\n') }
}

export const VISION_TIMEOUT = failure('httpx.ReadTimeout', 'vision-api did not answer within 4.0 s', [
  ['domains/scan/tasks/ai_pipeline.py', 41, 'process_image', 'result = vision_api.analyze(image_url)'],
  ['domains/scan/clients/vision.py', 27, 'analyze', 'response = self._client.post("/v1/analyze", json=payload)'],
  ['.venv/lib/python3.12/site-packages/httpx/_client.py', 1144, 'post', 'return self.request('],
  [
    '.venv/lib/python3.12/site-packages/httpx/_transports/default.py',
    118,
    'handle_request',
    'raise mapped_exc(message) from exc',
  ],
])

export const LLM_RATE_LIMIT = failure(
  'openai.RateLimitError',
  "Error code: 429 - {'error': {'code': 'rate_limit_exceeded', 'message': 'Rate limit reached for tokens per minute'}}",
  [
    [
      'domains/scan/tasks/ai_pipeline.py',
      58,
      'process_image',
      'answer = llm_api.generate({"vision": result, "rules": rules})',
    ],
    ['domains/scan/clients/llm.py', 33, 'generate', 'completion = self._client.chat.completions.create('],
    [
      '.venv/lib/python3.12/site-packages/openai/_base_client.py',
      1059,
      'request',
      'raise self._make_status_error_from_response(err.response) from None',
    ],
  ],
)

export const BLURRED_IMAGE = failure(
  'domains.scan.errors.ImageRejected',
  'image 3024x4032 is too blurred to classify (score 0.11, at least 0.35 wanted)',
  [
    ['domains/scan/tasks/ai_pipeline.py', 47, 'process_image', 'rules = rule_engine.match(result)'],
    ['domains/scan/rules/engine.py', 88, 'match', 'raise ImageRejected(image, score)'],
  ],
)

export const REWARD_CONFLICT = failure(
  'sqlalchemy.exc.IntegrityError',
  '(asyncpg.exceptions.UniqueViolationError) duplicate key value violates unique constraint "character_grants_scan_id_key"',
  [
    [
      'domains/character/consumer.py',
      64,
      'handle_scan_completed',
      'await self._rewards.grant(event.user_id, event.scan_id)',
    ],
    ['domains/character/rewards.py', 39, 'grant', 'await session.commit()'],
    [
      '.venv/lib/python3.12/site-packages/sqlalchemy/ext/asyncio/session.py',
      1014,
      'commit',
      'await greenlet_spawn(self.sync_session.commit)',
    ],
  ],
)
