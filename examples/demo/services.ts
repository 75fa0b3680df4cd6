// The programs of the demo. Each has a resource of its own, as separate processes have.
import type { Attributes } from '@opentelemetry/api'

export type ServiceName = 'scan-api' | 'scan-worker' | 'vision-api' | 'llm-gateway' | 'character-consumer'

const COMMON = {
  'service.namespace': 'eco2',
  'deployment.environment.name': 'demo',
  'cloud.region': 'ap-northeast-2',
}

function python(name: ServiceName, version: string, pod: string): Attributes {
  return {
    ...COMMON,
    'service.name': name,
    'service.version': version,
    'service.instance.id': pod,
    'k8s.pod.name': pod,
    'process.runtime.name': 'cpython',
    'process.runtime.version': '3.12.7',
  }
}

/** `telemetry.sdk.*` comes from the SDK that really sends: OpenTelemetry for JavaScript. */
export const SERVICES: Readonly<Record<ServiceName, Attributes>> = {
  'scan-api': python('scan-api', '1.8.2', 'scan-api-6f7c9d8b5-2xkqp'),
  'scan-worker': python('scan-worker', '1.8.2', 'scan-worker-5b9f6c7d4-m8zrt'),
  'vision-api': python('vision-api', '0.9.0', 'vision-api-7c8d9f6b4-hq5vn'),
  'llm-gateway': python('llm-gateway', '2.3.1', 'llm-gateway-84d6b9c7f-w2jxs'),
  'character-consumer': python('character-consumer', '1.2.0', 'character-consumer-6c9b8f5d7-r4tzl'),
}
