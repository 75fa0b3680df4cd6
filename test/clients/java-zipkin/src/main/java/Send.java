import brave.Span;
import brave.Tracing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import zipkin2.reporter.AsyncReporter;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;
import zipkin2.reporter.SpanBytesEncoder;
import zipkin2.reporter.brave.ZipkinSpanHandler;
import zipkin2.reporter.okhttp3.OkHttpSender;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/** One trace through Brave and each encoding of zipkin-reporter, then a look whether it has arrived. */
public final class Send {
  static final String PAGE = env("CLEW_PAGE", "http://localhost:2539");
  static final String ZIPKIN = env("CLEW_ZIPKIN", "http://localhost:9411");
  static final HttpClient HTTP = HttpClient.newHttpClient();

  public static void main(String[] args) throws Exception {
    boolean allArrived =
        send("java-okhttp-json", OkHttpSender.create(ZIPKIN + "/api/v2/spans"), SpanBytesEncoder.JSON_V2)
            & send("java-okhttp-proto", okHttp(Encoding.PROTO3, "/api/v2/spans"), SpanBytesEncoder.PROTO3)
            & send("java-okhttp-v1", okHttp(Encoding.JSON, "/api/v1/spans"), SpanBytesEncoder.JSON_V1)
            & send("java-okhttp-thrift", okHttp(Encoding.THRIFT, "/api/v1/spans"), SpanBytesEncoder.THRIFT)
            & send("java-urlconnection", URLConnectionSender.create(ZIPKIN + "/api/v2/spans"), SpanBytesEncoder.JSON_V2);
    System.exit(allArrived ? 0 : 1);
  }

  static OkHttpSender okHttp(Encoding encoding, String path) {
    return OkHttpSender.newBuilder().encoding(encoding).endpoint(ZIPKIN + path).build();
  }

  static boolean send(String service, BytesMessageSender sender, SpanBytesEncoder encoder) throws Exception {
    AsyncReporter<zipkin2.Span> reporter = AsyncReporter.builder(sender).build(encoder);
    Tracing tracing =
        Tracing.newBuilder()
            .localServiceName(service)
            .traceId128Bit(true)
            .addSpanHandler(ZipkinSpanHandler.create(reporter))
            .build();
    Span order = tracing.tracer().newTrace().name("order").kind(Span.Kind.SERVER).start();
    Span charge = tracing.tracer().newChild(order.context()).name("charge").kind(Span.Kind.CLIENT).start();
    charge.remoteServiceName("bank").tag("amount", "42").annotate("declined");
    charge.remoteIpAndPort("10.0.0.7", 8443);
    charge.error(new IllegalStateException("card declined"));
    charge.finish();
    order.finish();
    tracing.close();
    reporter.flush();
    reporter.close();
    sender.close();
    boolean found = arrived(order.context().traceIdString());
    System.out.printf("%s %s %s/traces/%s%n", found ? "ok  " : "FAIL", service, PAGE, order.context().traceIdString());
    return found;
  }

  static boolean arrived(String traceId) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(PAGE + "/clew/v1/traces/" + traceId)).build();
    for (int i = 0; i < 50; i++) {
      String body = HTTP.send(request, BodyHandlers.ofString()).body();
      if (body.contains("\"order\"") && body.contains("card declined") && body.contains("\"10.0.0.7\"")) return true;
      Thread.sleep(100);
    }
    return false;
  }

  static String env(String name, String fallback) {
    String value = System.getenv(name);
    return value == null ? fallback : value;
  }
}
