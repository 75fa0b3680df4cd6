// The AI pipeline of an image-sorting app: one scan of a picture, from the request to the reward. Durations have the
// medians of the real thing and a log-normal spread; 3 % of runs fail, some calls are tried twice.
//
//   POST /scan 50 ms ─ validate_request 5 · create_task 10 · publish_to_rabbitmq 5
//   └─ celery.process_image 5 s (after its wait in the queue)
//      ├─ vision_scan 2000 ─ call_vision_api 1900 ─ POST /v1/analyze
//      ├─ rule_match 500
//      ├─ answer_gen 2500 ─ call_llm_api 2400 ─ POST /v1/chat/completions
//      ├─ save_to_event_store 20
//      └─ kafka.publish 10
//         └─ character.consumer 100 ─ handle_scan_completed 50 ─ grant_reward 30 · publish_character_granted 10
import { SpanKind } from '@opentelemetry/api'
import type { Random } from '../../bench/load/random.ts'
import { BLURRED_IMAGE, LLM_RATE_LIMIT, REWARD_CONFLICT, VISION_TIMEOUT } from './failures.ts'
import { fail, log, messaging, type PlannedSpan, span } from './planned-span.ts'
import { Timeline } from './timeline.ts'

const FAILURE_RATE = 0.03
/** Share of calls of the vision API that time out once and succeed when tried again. */
const RETRY_RATE = 0.05
const VISION_TIMEOUT_MS = 4000
const VISION_ATTEMPTS = 3
const FAILING_STEPS = ['vision', 'rule', 'llm', 'reward'] as const
const CATEGORIES = ['plastic', 'paper', 'glass', 'metal', 'vinyl', 'food_waste', 'battery'] as const
const CHARACTERS = ['이코', '페이', '글래미', '캔디', '비닐리'] as const

type FailingStep = (typeof FAILING_STEPS)[number]

/** One run, its root at time 0. The same `random` state gives the same run. */
export function planRun(random: Random): PlannedSpan {
  const failing = random.float() < FAILURE_RATE ? FAILING_STEPS[random.integer(FAILING_STEPS.length)] : undefined
  return new RunPlan(random, failing).plan()
}

class RunPlan {
  readonly #random: Random
  readonly #timeline: Timeline
  readonly #failing: FailingStep | undefined
  readonly #taskId: string
  readonly #userId: string
  readonly #category: string

  constructor(random: Random, failing: FailingStep | undefined) {
    this.#random = random
    this.#timeline = new Timeline(random)
    this.#failing = failing
    this.#taskId = [8, 4, 4, 4, 12].map((length) => this.#timeline.hex(length)).join('-')
    this.#userId = `user-${1000 + random.integer(400)}`
    this.#category = CATEGORIES[random.integer(CATEGORIES.length)]!
  }

  plan(): PlannedSpan {
    const root = span('scan-api', 'POST /scan', SpanKind.SERVER, 0, {
      'http.request.method': 'POST',
      'http.route': '/scan',
      'http.response.status_code': 202,
      'url.path': '/scan',
      'url.scheme': 'https',
      'user.id': this.#userId,
      'task.id': this.#taskId,
    })
    const validate = this.#timeline.child(root, 'validate_request', 3, 5, {
      'image.bytes': 200_000 + this.#random.integer(4_000_000),
    })
    const create = this.#timeline.child(root, 'create_task', validate.endMs + 4, 10, {
      'db.system.name': 'postgresql',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'scan_tasks',
    })
    const publish = this.#timeline.child(
      root,
      'publish_to_rabbitmq',
      create.endMs + 3,
      5,
      {
        ...messaging('rabbitmq', 'publish', 'send', 'scan:process_image'),
        'messaging.rabbitmq.destination.routing_key': 'process_image',
        'messaging.message.id': this.#taskId,
      },
      SpanKind.PRODUCER,
    )
    root.endMs = publish.endMs + this.#timeline.around(20)
    log(root, 2, 'INFO', 'scan requested', { 'task.id': this.#taskId })
    log(publish, publish.endMs - 0.5, 'INFO', 'task queued', { 'task.id': this.#taskId })
    publish.children.push(this.#task(publish.endMs + this.#timeline.around(60, 1.1)))
    return root
  }

  #task(startMs: number): PlannedSpan {
    const task = span(
      'scan-worker',
      'celery.process_image',
      SpanKind.CONSUMER,
      startMs,
      {
        ...messaging('rabbitmq', 'process_image', 'process', 'scan:process_image'),
        'messaging.message.id': this.#taskId,
        'celery.task_name': 'scan.process_image',
        'celery.retries': 0,
        'task.id': this.#taskId,
        'user.id': this.#userId,
      },
      true,
    )
    log(task, startMs + 1, 'INFO', 'processing scan', { 'task.id': this.#taskId })
    const steps = [() => this.#vision(task), () => this.#rules(task), () => this.#answer(task), () => this.#store(task)]
    for (const step of steps) {
      step()
      const last = task.children.at(-1)!
      task.endMs = last.endMs + this.#timeline.around(2)
      if (last.failure === undefined) continue
      fail(task, last.failure)
      log(task, task.endMs - 0.5, 'ERROR', 'scan failed', { 'task.id': this.#taskId, 'error.type': last.failure.type })
      return task
    }
    this.#announce(task)
    return task
  }

  #vision(task: PlannedSpan): void {
    const step = this.#timeline.open(task, 'vision_scan', { 'task.id': this.#taskId, 'task.step': 'vision' })
    const failures = this.#failing === 'vision' ? VISION_ATTEMPTS : this.#random.float() < RETRY_RATE ? 1 : 0
    for (let attempt = 0; attempt < VISION_ATTEMPTS; attempt++) {
      const times = attempt < failures ? VISION_TIMEOUT_MS : this.#timeline.around(1900)
      const call = this.#callVision(step, attempt, times)
      step.endMs = call.endMs + this.#timeline.around(60)
      if (attempt >= failures) {
        Object.assign(step.attributes, {
          'vision.category': this.#category,
          'vision.confidence': 0.7 + 0.29 * this.#random.float(),
        })
        log(step, step.endMs - 1, 'INFO', 'image classified', { 'vision.category': this.#category })
        return
      }
      fail(call, VISION_TIMEOUT)
      if (attempt + 1 === VISION_ATTEMPTS) break
      log(step, call.endMs + 1, 'WARN', `vision-api timed out, attempt ${attempt + 2} of ${VISION_ATTEMPTS} follows`)
      step.events.push({ name: 'retry', atMs: call.endMs + 2, attributes: { attempt: attempt + 2, 'backoff.ms': 200 } })
      step.endMs = call.endMs + 200
    }
    fail(step, VISION_TIMEOUT)
  }

  #callVision(step: PlannedSpan, attempt: number, durationMs: number): PlannedSpan {
    const timedOut = durationMs === VISION_TIMEOUT_MS
    const call = span(step.service, 'call_vision_api', SpanKind.CLIENT, step.endMs + this.#timeline.around(15), {
      'http.request.method': 'POST',
      'server.address': 'vision-api.eco2.svc.cluster.local',
      'url.full': 'http://vision-api.eco2.svc.cluster.local/v1/analyze',
      ...(timedOut ? { 'error.type': VISION_TIMEOUT.type } : { 'http.response.status_code': 200 }),
      ...(attempt > 0 ? { 'http.request.resend_count': attempt } : {}),
    })
    call.endMs = call.startMs + durationMs
    step.children.push(call)
    const server = span('vision-api', 'POST /v1/analyze', SpanKind.SERVER, call.startMs + this.#timeline.around(4), {
      'http.request.method': 'POST',
      'http.route': '/v1/analyze',
      'http.response.status_code': timedOut ? 499 : 200,
      'gpu.queue.depth': timedOut ? 40 + this.#random.integer(30) : this.#random.integer(6),
    })
    server.endMs = call.endMs - Math.min(this.#timeline.around(4), 0.2 * durationMs)
    this.#timeline.fill(server, 'model.infer', 0.9, { 'model.name': 'waste-vit-l16', 'model.batch_size': 1 })
    call.children.push(server)
    return call
  }

  #rules(task: PlannedSpan): void {
    const step = this.#timeline.open(task, 'rule_match', {
      'task.step': 'rule',
      'rule.count': 120 + this.#random.integer(40),
    })
    step.endMs = step.startMs + this.#timeline.around(500)
    if (this.#failing === 'rule') fail(step, BLURRED_IMAGE)
    else log(step, step.endMs - 1, 'DEBUG', 'rules matched', { 'rule.matched': 1 + this.#random.integer(5) })
  }

  #answer(task: PlannedSpan): void {
    const step = this.#timeline.open(task, 'answer_gen', { 'task.step': 'answer' })
    const failed = this.#failing === 'llm'
    const call = span(step.service, 'call_llm_api', SpanKind.CLIENT, step.startMs + this.#timeline.around(40), {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5-mini',
      'gen_ai.request.max_tokens': 1024,
      'gen_ai.request.temperature': 0.2,
      'server.address': 'llm-gateway.eco2.svc.cluster.local',
    })
    call.endMs = call.startMs + (failed ? this.#timeline.around(300) : this.#timeline.around(2400))
    step.children.push(call)
    step.endMs = call.endMs + this.#timeline.around(50)
    const server = span(
      'llm-gateway',
      'POST /v1/chat/completions',
      SpanKind.SERVER,
      call.startMs + this.#timeline.around(3),
      {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': failed ? 429 : 200,
      },
    )
    server.endMs = call.endMs - this.#timeline.around(2)
    call.children.push(server)
    if (failed) {
      Object.assign(call.attributes, { 'error.type': '429' })
      log(server, server.endMs - 1, 'WARN', 'rate limit of the provider reached')
      fail(call, LLM_RATE_LIMIT)
      fail(step, LLM_RATE_LIMIT)
      return
    }
    this.#timeline.fill(server, 'provider.stream', 0.97, { 'gen_ai.response.model': 'gpt-5-mini-2026-04-14' })
    Object.assign(call.attributes, {
      'gen_ai.response.model': 'gpt-5-mini-2026-04-14',
      'gen_ai.response.id': `chatcmpl-${this.#timeline.hex(24)}`,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 900 + this.#random.integer(600),
      'gen_ai.usage.output_tokens': Math.round(this.#timeline.around(280)),
    })
    call.events.push({ name: 'gen_ai.first_token', atMs: call.startMs + 0.2 * (call.endMs - call.startMs) })
  }

  #store(task: PlannedSpan): void {
    const step = this.#timeline.open(task, 'save_to_event_store', {
      'db.system.name': 'postgresql',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'events',
      'event.type': 'ScanCompleted',
    })
    step.endMs = step.startMs + this.#timeline.around(20)
  }

  #announce(task: PlannedSpan): void {
    const offset = this.#random.integer(2_000_000)
    const publish = this.#timeline.open(
      task,
      'kafka.publish',
      {
        ...messaging('kafka', 'send', 'send', 'scan.completed'),
        'messaging.destination.partition.id': String(offset % 12),
        'messaging.kafka.message.key': this.#userId,
      },
      SpanKind.PRODUCER,
    )
    publish.endMs = publish.startMs + this.#timeline.around(10)
    task.endMs = publish.endMs + this.#timeline.around(2)
    log(task, task.endMs - 0.5, 'INFO', 'scan completed', {
      'task.id': this.#taskId,
      'vision.category': this.#category,
    })
    const consumer = span(
      'character-consumer',
      'character.consumer',
      SpanKind.CONSUMER,
      publish.endMs + this.#timeline.around(25, 0.9),
      {
        ...messaging('kafka', 'process', 'process', 'scan.completed'),
        'messaging.consumer.group.name': 'character',
        'messaging.destination.partition.id': String(offset % 12),
        'messaging.kafka.offset': offset,
      },
      true,
    )
    publish.children.push(consumer)
    const handle = this.#timeline.open(consumer, 'handle_scan_completed', {
      'user.id': this.#userId,
      'task.id': this.#taskId,
    })
    const character = CHARACTERS[this.#random.integer(CHARACTERS.length)]!
    const grant = this.#timeline.child(handle, 'grant_reward', handle.startMs + this.#timeline.around(4), 30, {
      'character.name': character,
    })
    handle.endMs = grant.endMs + this.#timeline.around(4)
    if (this.#failing === 'reward') {
      for (const each of [grant, handle, consumer]) fail(each, REWARD_CONFLICT)
      log(handle, handle.endMs - 0.5, 'ERROR', 'reward was granted before', { 'task.id': this.#taskId })
    } else {
      const granted = this.#timeline.child(
        handle,
        'publish_character_granted',
        handle.endMs,
        10,
        messaging('kafka', 'send', 'send', 'character.granted'),
        SpanKind.PRODUCER,
      )
      handle.endMs = granted.endMs + this.#timeline.around(2)
      log(grant, grant.endMs - 0.5, 'INFO', `character ${character} granted`, { 'user.id': this.#userId })
    }
    consumer.endMs = handle.endMs + this.#timeline.around(40)
  }
}
