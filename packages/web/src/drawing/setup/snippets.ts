// Set-up for each language: default OTLP exporters and the endpoints that this Clew listens on. Plain text to be copied.
import type { IngestCounters } from '../../api/generated.ts'

export interface Endpoints {
  /** Base address for OTLP over HTTP, without `/v1/traces`. */
  readonly http: string
  /** A key must be sent along. */
  readonly keyNeeded: boolean
}

export interface Step {
  readonly kind: 'install' | 'file' | 'run' | 'own'
  /** Name of the file for `file`. */
  readonly file?: string
  readonly code: string
}

export interface Guide {
  readonly id: string
  readonly name: string
  readonly steps: readonly Step[]
}

/** Where this browser's machine can send to: a loopback address of another machine becomes the address of this page. */
export function endpointsOf(ingest: IngestCounters, pageHost: string): Endpoints {
  const door = ingest.listening.find(({ door }) => door === 'otlp-http')
  const local = isLoopback(pageHost)
  return {
    http: reachable(door?.url ?? 'http://localhost:4318', pageHost).replace(/\/v1\/traces\/?$/, ''),
    keyNeeded: !local && !ingest.insecure,
  }
}

/** The address of a door as this browser's machine reaches it. */
export function reachable(address: string, pageHost: string): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  if (!isLoopback(url.hostname) && url.hostname !== '0.0.0.0' && url.hostname !== '[::]') return address
  url.hostname = isLoopback(pageHost) ? 'localhost' : pageHost
  return url.toString().replace(/\/$/, '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host)
}

export function guides(endpoints: Endpoints): readonly Guide[] {
  return [node(endpoints), python(endpoints), go(endpoints), java(endpoints), curl(endpoints)]
}

function environment({ http, keyNeeded }: Endpoints, service: string): string {
  const key = keyNeeded ? 'OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20YOUR_KEY" \\\n' : ''
  return `OTEL_SERVICE_NAME=${service} \\\nOTEL_EXPORTER_OTLP_ENDPOINT=${http} \\\n${key}`
}

function node(endpoints: Endpoints): Guide {
  return {
    id: 'node',
    name: 'Node',
    steps: [
      { kind: 'install', code: 'npm install @opentelemetry/api @opentelemetry/sdk-node' },
      {
        kind: 'file',
        file: 'hello.mjs',
        code: `import { trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'

const sdk = new NodeSDK()
sdk.start()
const tracer = trace.getTracer('hello')
tracer.startActiveSpan('hello', (span) => {
  tracer.startActiveSpan('world', (child) => child.end())
  span.end()
})
await sdk.shutdown()`,
      },
      { kind: 'run', code: `${environment(endpoints, 'hello-node')}node hello.mjs` },
      {
        kind: 'own',
        code: `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
${environment(endpoints, 'my-app')}OTEL_METRICS_EXPORTER=none \\
node --require @opentelemetry/auto-instrumentations-node/register app.js`,
      },
    ],
  }
}

function python(endpoints: Endpoints): Guide {
  return {
    id: 'python',
    name: 'Python',
    steps: [
      { kind: 'install', code: 'pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http' },
      {
        kind: 'file',
        file: 'hello.py',
        code: `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)

tracer = trace.get_tracer("hello")
with tracer.start_as_current_span("hello"):
    with tracer.start_as_current_span("world"):
        pass
provider.shutdown()`,
      },
      { kind: 'run', code: `${environment(endpoints, 'hello-python')}python hello.py` },
      {
        kind: 'own',
        code: `pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http
opentelemetry-bootstrap -a install
${environment(endpoints, 'my-app')}OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf \\
OTEL_METRICS_EXPORTER=none \\
opentelemetry-instrument python app.py`,
      },
    ],
  }
}

function go(endpoints: Endpoints): Guide {
  return {
    id: 'go',
    name: 'Go',
    steps: [
      {
        kind: 'file',
        file: 'main.go',
        code: `package main

import (
	"context"
	"log"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	ctx := context.Background()
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	tracer := provider.Tracer("hello")

	parentCtx, parent := tracer.Start(ctx, "hello")
	_, child := tracer.Start(parentCtx, "world")
	child.End()
	parent.End()

	if err := provider.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
}`,
      },
      { kind: 'install', code: 'go mod init hello && go mod tidy' },
      { kind: 'run', code: `${environment(endpoints, 'hello-go')}go run .` },
    ],
  }
}

function java({ http, keyNeeded }: Endpoints): Guide {
  const agent = 'https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download'
  const key = keyNeeded ? '  -Dotel.exporter.otlp.headers="authorization=Bearer%20YOUR_KEY" \\\n' : ''
  const options = (service: string) => `java -javaagent:opentelemetry-javaagent.jar \\
  -Dotel.service.name=${service} \\
  -Dotel.exporter.otlp.endpoint=${http} \\
${key}  -Dotel.metrics.exporter=none \\
  `
  return {
    id: 'java',
    name: 'Java',
    steps: [
      { kind: 'install', code: `curl -sSLO ${agent}/opentelemetry-javaagent.jar` },
      {
        kind: 'file',
        file: 'Hello.java',
        code: `import java.net.URI;
import java.net.http.*;

public class Hello {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("https://opentelemetry.io")).build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
  }
}`,
      },
      { kind: 'run', code: `${options('hello-java')}Hello.java` },
      { kind: 'own', code: `${options('my-app')}-jar app.jar` },
    ],
  }
}

function curl({ http, keyNeeded }: Endpoints): Guide {
  const key = keyNeeded ? "  -H 'authorization: Bearer YOUR_KEY' \\\n" : ''
  return {
    id: 'curl',
    name: 'curl',
    steps: [
      {
        kind: 'run',
        code: `NOW=$(date +%s)
curl -sS ${http}/v1/traces \\
  -H 'content-type: application/json' \\
${key}  -d '{"resourceSpans":[{
    "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello-curl"}}]},
    "scopeSpans":[{"spans":[{
      "traceId":"'$(openssl rand -hex 16)'","spanId":"'$(openssl rand -hex 8)'",
      "name":"hello","kind":1,
      "startTimeUnixNano":"'$NOW'000000000","endTimeUnixNano":"'$NOW'250000000"
    }]}]}]}'`,
      },
    ],
  }
}
