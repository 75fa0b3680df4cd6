// What to set in each client so that it trusts a certificate authority of its own: printed when Clew made one.

/** Lines of `client   setting`. */
export function trustSettings(authorityPath: string): readonly string[] {
  const settings: readonly (readonly [string, string])[] = [
    ['curl', `--cacert ${authorityPath}`],
    ['Node.js', `NODE_EXTRA_CA_CERTS=${authorityPath}`],
    ['Go, Ruby, OpenSSL', `SSL_CERT_FILE=${authorityPath}`],
    ['Python requests', `REQUESTS_CA_BUNDLE=${authorityPath}`],
    ['gRPC (C++, Python)', `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=${authorityPath}`],
    ['OpenTelemetry', `OTEL_EXPORTER_OTLP_CERTIFICATE=${authorityPath}`],
    ['New Relic Node.js', `NEWRELIC_GRPCCONNECTION_CA="$(cat ${authorityPath})" for Infinite Tracing`],
    [
      'Java',
      `keytool -importcert -noprompt -alias clew -file ${authorityPath} -keystore clew.p12 -storepass changeit, ` +
        'then -Djavax.net.ssl.trustStore=clew.p12',
    ],
  ]
  const width = Math.max(...settings.map(([client]) => client.length)) + 2
  return settings.map(([client, setting]) => `${client.padEnd(width)}${setting}`)
}
