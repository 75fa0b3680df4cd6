// New Relic's agents as they are published, each with the settings that point it at a Clew and make it trust its
// certificate: how it is installed, how it is started. Versions are fixed.
import { fileURLToPath } from 'node:url'
import type { Command, Installed } from '../client.ts'
import type { Clew } from './run-agent.ts'

export interface Agent extends Installed {
  /** What to run and with which settings, by how spans travel. */
  readonly modes: Readonly<Record<string, (clew: Clew) => Command>>
}

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const NODE = folderOf('node')
const PYTHON = folderOf('python')
const GO = folderOf('go')
const JAVA = folderOf('java')

/** With letters: Java's agent takes a key of digits alone for a number. */
const LICENSE = 'c1e30123456789abcdef0123456789abcdef0123'

const common = (clew: Clew) => ({
  NEW_RELIC_LICENSE_KEY: LICENSE,
  NEW_RELIC_HOST: 'localhost',
  NEW_RELIC_PORT: String(clew.tlsPort),
  NEW_RELIC_APP_NAME: clew.application,
})
const observer = (port: number) => ({
  NEW_RELIC_INFINITE_TRACING_TRACE_OBSERVER_HOST: 'localhost',
  NEW_RELIC_INFINITE_TRACING_TRACE_OBSERVER_PORT: String(port),
})

const node = (clew: Clew, more: Record<string, string> = {}): Command => ({
  run: ['node', 'app.cjs'],
  environment: { ...common(clew), NEW_RELIC_NO_CONFIG_FILE: 'true', NODE_EXTRA_CA_CERTS: clew.authorityPath, ...more },
})
const python = (clew: Clew, more: Record<string, string> = {}): Command => ({
  run: ['.venv/bin/python', 'app.py'],
  environment: { ...common(clew), NEW_RELIC_CA_BUNDLE_PATH: clew.authorityPath, ...more },
})
const go = (clew: Clew, more: Record<string, string> = {}): Command => ({
  run: ['.installed/app'],
  environment: {
    ...common(clew),
    COLLECTOR: `localhost:${clew.tlsPort}`,
    SSL_CERT_FILE: clew.authorityPath,
    ...more,
  },
})
const java = (clew: Clew, ...more: string[]): Command => ({
  run: [
    ...['java', '-Dnewrelic.config.sync_startup=true', `-Dnewrelic.config.extensions.dir=${JAVA}/extensions`, ...more],
    ...['-Dnewrelic.config.log_file_name=STDOUT', '-javaagent:.installed/newrelic-agent-8.19.0.jar'],
    ...['-classpath', '.installed', 'App'],
  ],
  environment: { ...common(clew), NEW_RELIC_CA_BUNDLE_PATH: clew.authorityPath },
})

export const AGENTS: Readonly<Record<string, Agent>> = {
  node: {
    runtimes: ['npm'],
    folder: NODE,
    install: [{ run: ['npm', 'install', '--no-package-lock', '--no-audit', '--no-fund'] }],
    modes: {
      harvest: (clew) => node(clew),
      'stream over TLS': (clew) =>
        node(clew, { ...observer(clew.tlsPort), NEWRELIC_GRPCCONNECTION_CA: clew.authority }),
      'stream in plain text': (clew) =>
        node(clew, { ...observer(clew.grpcPort), NEW_RELIC_INFINITE_TRACING_TRACE_OBSERVER_INSECURE: 'true' }),
    },
  },
  python: {
    runtimes: ['python3'],
    folder: PYTHON,
    install: [
      { run: ['python3', '-m', 'venv', '.venv'] },
      { run: ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt'] },
    ],
    modes: {
      harvest: (clew) => python(clew),
      'stream over TLS': (clew) =>
        python(clew, { ...observer(clew.tlsPort), GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: clew.authorityPath }),
    },
  },
  go: {
    runtimes: ['go'],
    folder: GO,
    install: [{ run: ['go', 'mod', 'tidy'] }, { run: ['go', 'build', '-o', '.installed/app', '.'] }],
    modes: {
      harvest: (clew) => go(clew),
      'stream in plain text': (clew) => go(clew, observer(clew.grpcPort)),
    },
  },
  java: {
    runtimes: ['java', 'javac', 'mvn'],
    folder: JAVA,
    install: [
      { run: ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.installed'] },
      { run: ['javac', '-d', '.installed', 'App.java'] },
    ],
    modes: {
      harvest: (clew) => java(clew),
      'stream in plain text': (clew) =>
        java(
          clew,
          '-Dnewrelic.config.infinite_tracing.trace_observer.host=localhost',
          `-Dnewrelic.config.infinite_tracing.trace_observer.port=${clew.grpcPort}`,
          '-Dnewrelic.config.infinite_tracing.plaintext=true',
        ),
    },
  },
}
