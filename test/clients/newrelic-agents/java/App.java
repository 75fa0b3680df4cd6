/**
 * A program that knows nothing of tracing: a job ten times a second, every tenth with an error, until it is killed.
 * extensions/jobs.xml says what to trace.
 */
public class App {
  public static void main(String[] arguments) throws Exception {
    for (int job = 1; ; job++) {
      try {
        new App().job(job);
      } catch (IllegalStateException expected) {
        // The agent has seen it.
      }
      Thread.sleep(100);
    }
  }

  void job(int number) throws Exception {
    step();
    if (number % 10 == 0) throw new IllegalStateException("no stock");
  }

  void step() throws Exception {
    Thread.sleep(3);
  }
}
