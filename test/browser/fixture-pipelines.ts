// The plans of the traces that the page is tested with.
import { type FixtureTrace, hexId, type SpanPlan, traceOf } from './fixture-traces.ts'

/** The image scan: POST /scan → RabbitMQ → celery → vision, rules, answer → Kafka → character; every 9th one fails. */
export function scanTrace(seed: number, startMs: number): FixtureTrace {
  const slow = 1 + ((seed * 37) % 60) / 100
  const fails = seed % 9 === 4
  return traceOf(seed, startMs, [
    {
      name: 'POST /scan',
      service: 'scan-api',
      kind: 'server',
      at: 0,
      ms: 50,
      attributes: { 'http.request.method': 'POST', 'http.route': '/scan', 'http.response.status_code': 202 },
      log: `scan accepted task_id=task-${seed}`,
      children: [
        { name: 'validate_request', service: 'scan-api', at: 2, ms: 5 },
        { name: 'create_task', service: 'scan-api', at: 8, ms: 10, attributes: { 'db.system.name': 'postgresql' } },
        {
          name: 'scan.process publish',
          service: 'scan-api',
          kind: 'producer',
          at: 20,
          ms: 5,
          attributes: { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'scan.process' },
          children: [celeryTask(seed, slow, fails)],
        },
      ],
    },
  ])
}

function celeryTask(seed: number, slow: number, fails: boolean): SpanPlan {
  const vision = 2_000 * slow
  const answer = fails ? 640 : 2_500 * slow
  const total = vision + 500 + answer + 40
  const after: SpanPlan[] = fails
    ? []
    : [
        { name: 'save_to_event_store', service: 'celery-worker', at: 40 + vision + 500 + answer, ms: 20 },
        { ...characterConsumer(40 + vision + 520 + answer) },
      ]
  return {
    name: 'celery.process_image',
    service: 'celery-worker',
    kind: 'consumer',
    at: 30,
    ms: total,
    attributes: { 'task.id': `task-${seed}`, 'celery.retries': fails ? 3 : 0, 'messaging.system': 'rabbitmq' },
    log: 'processing image',
    ...(fails ? { error: 'MaxRetriesExceededError: process_image gave up after 3 attempts' } : {}),
    children: [
      {
        name: 'vision_scan',
        service: 'celery-worker',
        at: 35,
        ms: vision,
        attributes: { 'task.step': 'vision', 'vision.category': '플라스틱' },
        children: [
          {
            name: 'call_vision_api',
            service: 'vision-api',
            kind: 'client',
            at: 60,
            ms: vision - 100,
            log: 'vision done',
          },
        ],
      },
      { name: 'rule_match', service: 'celery-worker', at: 38 + vision, ms: 500, attributes: { 'task.step': 'rule' } },
      {
        name: 'answer_gen',
        service: 'celery-worker',
        at: 540 + vision,
        ms: answer,
        attributes: { 'task.step': 'answer', 'gen_ai.request.model': 'gpt-4o-mini' },
        ...(fails ? { error: 'LLMTimeout: no answer within 600 ms' } : {}),
        children: [
          {
            name: 'call_llm_api',
            service: 'llm-api',
            kind: 'client',
            at: 580 + vision,
            ms: answer - 100,
            attributes: { 'gen_ai.usage.output_tokens': 412, 'server.address': 'llm.internal' },
            ...(fails ? { error: 'LLMTimeout: no answer within 600 ms', log: 'llm call timed out' } : {}),
          },
        ],
      },
      ...after,
    ],
  }
}

function characterConsumer(at: number): SpanPlan {
  return {
    name: 'scan.completed publish',
    service: 'celery-worker',
    kind: 'producer',
    at,
    ms: 10,
    children: [
      {
        name: 'character.consumer',
        service: 'character-consumer',
        kind: 'consumer',
        at: at + 25,
        ms: 100,
        link: hexId(3, 32),
        log: 'scan completed event received',
        children: [
          {
            name: 'handle_scan_completed',
            service: 'character-consumer',
            at: at + 30,
            ms: 50,
            children: [{ name: 'grant_reward', service: 'character-consumer', at: at + 45, ms: 30 }],
          },
          { name: 'publish_character_granted', service: 'character-consumer', kind: 'producer', at: at + 90, ms: 10 },
        ],
      },
    ],
  }
}

/** Korean service, span and log names. */
export function koreanTrace(seed: number, startMs: number): FixtureTrace {
  return traceOf(seed, startMs, [
    {
      name: '주문 접수',
      service: '주문-서비스',
      kind: 'server',
      at: 0,
      ms: 184,
      log: '주문이 접수되었습니다',
      children: [
        { name: '재고 확인', service: '재고-서비스', kind: 'client', at: 12, ms: 48 },
        {
          name: '결제 승인 요청',
          service: '결제-서비스',
          kind: 'client',
          at: 66,
          ms: 101,
          error: '결제오류: 카드 한도를 초과했습니다',
          log: '결제가 거절되었습니다',
        },
      ],
    },
  ])
}

/** The root never came, and the parent of one more span neither. */
export function orphanTrace(seed: number, startMs: number): FixtureTrace {
  return traceOf(seed, startMs, [
    {
      name: 'GET /recommendations',
      service: 'recommender',
      kind: 'server',
      at: 0,
      ms: 90,
      orphan: true,
      children: [{ name: 'SELECT products', service: 'recommender', kind: 'client', at: 10, ms: 22 }],
    },
    { name: 'cache.warm', service: 'cache', at: 40, ms: 12.4, orphan: true },
  ])
}

/** `count` spans: a nightly import of batches, each with records, each with three steps. */
export function largeTrace(seed: number, startMs: number, count: number): FixtureTrace {
  const services = ['loader', 'parser', 'validator', 'writer', 'index', 'notifier']
  const perBatch = 1 + 40 * 4
  const batches = Math.max(1, Math.floor((count - 1) / perBatch))
  const rest = count - 1 - batches * perBatch
  const batch = (index: number): SpanPlan => ({
    name: `batch ${index + 1}`,
    service: 'loader',
    at: index * 100,
    ms: 95,
    children: [...Array(40).keys()].map((record) => {
      const at = index * 100 + record * 2.3
      return {
        name: 'import record',
        service: 'parser',
        at,
        ms: 2.1,
        ...((index * 40 + record) % 997 === 500 ? { error: 'ValueError: empty record' } : {}),
        children: [
          { name: 'parse', service: services[(index + record) % 6] ?? 'parser', at, ms: 0.7 },
          { name: 'validate', service: 'validator', at: at + 0.8, ms: 0.4 },
          { name: 'INSERT records', service: 'writer', kind: 'client' as const, at: at + 1.25, ms: 0.8 },
        ],
      }
    }),
  })
  const extra = [...Array(rest).keys()].map((index) => ({
    name: 'notify',
    service: 'notifier',
    at: batches * 100 + index,
    ms: 0.9,
  }))
  const children = [...[...Array(batches).keys()].map(batch), ...extra]
  return traceOf(seed, startMs, [
    { name: 'nightly import', service: 'loader', at: 0, ms: batches * 100 + rest + 5, children },
  ])
}
