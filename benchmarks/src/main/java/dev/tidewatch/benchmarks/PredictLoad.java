package dev.tidewatch.benchmarks;

import ai.djl.inference.Predictor;
import dev.tidewatch.models.onnx.OnnxNetwork;
import dev.tidewatch.models.tensorflow.LstmExample;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import dev.tidewatch.standalone.figures.MachineDescription;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The client of the predict bench, in a process of its own, which also runs the same network in
 * process. Arguments: server's address and process id (0: on another machine), port of the echo,
 * folder of the network, seconds of a window, seed, and a peer's address and model (or {@code -}).
 * Prints its figures as one line of JSON.
 */
final class PredictLoad {
  static final String TENSORFLOW_MODEL = "bench-lstm-tensorflow";
  static final String ONNX_MODEL = "bench-lstm-onnx";

  private static final int CLIENTS = 64;
  private static final int CONNECTIONS = 1;
  private static final int BATCH_ROWS = 32;
  private static final int WINDOWS_MAX = 12;
  private static final int OVERLOAD_ROUNDS_MAX = 8;

  /** Into so many parts a second of each call is divided where calls take turns. */
  private static final int BLOCKS = 20;

  private static final int LATENCIES_MAX = 5_000_000;
  private static final double TOLERANCE = 1e-5;

  private static final String IN_PROCESS = "in_process_us_p50";
  private static final String ONNX_IN_PROCESS = "onnx_in_process_us_p50";
  private static final String ECHO = "echo_us_p50";
  private static final String SERVED = "served_us_p50";
  private static final String ONNX_SERVED = "onnx_served_us_p50";

  private final String[] args;
  private final double seconds;
  private final SplittableRandom random;
  private final Figures figures = new Figures();

  private PredictLoad(String[] args) {
    this.args = args;
    this.seconds = Double.parseDouble(args[4]);
    this.random = new SplittableRandom(Long.parseLong(args[5]));
  }

  public static void main(String[] args) throws Exception {
    System.out.println(
        new PredictLoad(args).run().toJsonLine("predict-load", MachineDescription.here()));
    System.out.flush();
    System.exit(0);
  }

  /** One call of a closed loop of one. */
  private interface Call {
    void make();
  }

  private Figures run() throws Exception {
    PredictFiles files = PredictFiles.in(Path.of(args[3]));
    ManagedChannel echo = PredictClient.connect("localhost:" + args[2]);
    try (InProcessNetwork djl = InProcessNetwork.load(files.savedModel());
        OnnxNetwork onnx = OnnxNetwork.load(Files.readAllBytes(files.onnx()));
        PredictClient tensorflowClient =
            PredictClient.open(args[0], TENSORFLOW_MODEL, CONNECTIONS);
        PredictClient onnxClient = PredictClient.open(args[0], ONNX_MODEL, 1)) {
      warm(tensorflowClient);
      warm(onnxClient);
      oneClient(djl, onnx, echo, tensorflowClient, onnxClient);
      manyClients(djl, tensorflowClient);
      overload(tensorflowClient);
      if (!args[6].equals("-")) {
        peer();
      }
      return figures;
    } finally {
      echo.shutdownNow();
    }
  }

  /** So that what is measured is not the server's compiler: one alone takes another way there. */
  private void warm(PredictClient client) throws InterruptedException {
    var _ = new PredictClosedLoop(client, CLIENTS, 1, random.nextLong()).run(10 * seconds);
    var _ = new PredictClosedLoop(client, 1, 1, random.nextLong()).run(8 * seconds);
  }

  private void oneClient(
      InProcessNetwork djl,
      OnnxNetwork onnx,
      ManagedChannel echo,
      PredictClient tensorflowClient,
      PredictClient onnxClient)
      throws IOException {
    Predictor<float[], float[]> predictor = djl.predictor();
    byte[] question = tensorflowClient.request(tensorflowClient.windows(random, 1)).toByteArray();
    var calls = new LinkedHashMap<String, Call>();
    calls.put(
        IN_PROCESS, () -> InProcessNetwork.predict(predictor, tensorflowClient.windows(random, 1)));
    calls.put(ONNX_IN_PROCESS, () -> onnx.run(tensorflowClient.windows(random, 1), 1));
    calls.put(
        ECHO,
        () -> ClientCalls.blockingUnaryCall(echo, EchoMain.CALL, CallOptions.DEFAULT, question));
    calls.put(SERVED, () -> askOne(tensorflowClient));
    calls.put(ONNX_SERVED, () -> askOne(onnxClient));
    var served = new RatioOfRounds();
    var onnxServed = new RatioOfRounds();
    Map<String, Double> p50 =
        inTurns(
            calls,
            turn -> {
              served.add(turn.of(SERVED), turn.of(IN_PROCESS) + turn.of(ECHO));
              onnxServed.add(turn.of(ONNX_SERVED), turn.of(ONNX_IN_PROCESS) + turn.of(ECHO));
            });
    p50.forEach(figures::put);
    served.put(figures, "served_ratio_p50");
    onnxServed.put(figures, "onnx_served_ratio_p50");
  }

  private void askOne(PredictClient client) {
    client.infer(client.request(client.windows(random, 1)));
  }

  /** Medians of one turn, in microseconds. */
  private record Turn(Map<String, Double> micros) {
    double of(String key) {
      return micros.getOrDefault(key, Double.NaN);
    }
  }

  /**
   * Medians in microseconds, of turns until all are stable. In a turn the calls alternate every few
   * dozen milliseconds, so that what disturbs the machine meanwhile disturbs them all.
   */
  private Map<String, Double> inTurns(Map<String, Call> calls, Consumer<Turn> seen) {
    var windows = new LinkedHashMap<String, StableWindows>();
    calls.keySet().forEach(key -> windows.put(key, new StableWindows()));
    for (int i = 0; i < WINDOWS_MAX; i++) {
      Turn turn = turn(calls);
      seen.accept(turn);
      windows.forEach((key, own) -> own.add(turn.of(key)));
      if (windows.values().stream().allMatch(StableWindows::isStable)) {
        break;
      }
    }
    var medians = new LinkedHashMap<String, Double>();
    windows.forEach((key, own) -> {
      tell("%s %.1f%s", key, own.value(), own.isStable() ? "" : " (not stable)");
      medians.put(key, own.value());
    });
    return medians;
  }

  private Turn turn(Map<String, Call> calls) {
    var latencies = new LinkedHashMap<String, Latencies>();
    long blockNanos = (long) (seconds * 1e9 / BLOCKS);
    for (int block = 0; block < BLOCKS; block++) {
      calls.forEach((key, call) -> {
        Latencies own = latencies.computeIfAbsent(key, any -> new Latencies(LATENCIES_MAX));
        long until = System.nanoTime() + blockNanos;
        do {
          long from = System.nanoTime();
          call.make();
          own.record(System.nanoTime() - from);
        } while (System.nanoTime() < until);
      });
    }
    var micros = new LinkedHashMap<String, Double>();
    latencies.forEach((key, own) -> micros.put(key, own.millis(.5) * 1e3));
    return new Turn(micros);
  }

  /** Windows per second of as many threads as cores, 32 windows a call. */
  private double batches(InProcessNetwork djl) throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    var rows = new LongAdder();
    long from = System.nanoTime();
    long until = from + (long) (seconds * 1e9);
    var running = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      var windows = new float[BATCH_ROWS * LstmExample.INPUTS];
      for (int j = 0; j < windows.length; j++) {
        windows[j] = random.nextFloat() * 2 - 1;
      }
      running.add(
          Thread.ofPlatform()
              .start(() -> {
                try (Predictor<float[], float[]> predictor = djl.predictor()) {
                  while (System.nanoTime() < until) {
                    InProcessNetwork.predict(predictor, windows);
                    rows.add(BATCH_ROWS);
                  }
                }
              }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    return rows.sum() / ((System.nanoTime() - from) / 1e9);
  }

  /** By turns with batches in process, until both are stable. */
  private void manyClients(InProcessNetwork djl, PredictClient client) throws InterruptedException {
    var loop = new PredictClosedLoop(client, CLIENTS, 1, random.nextLong());
    double cpu = 0;
    double answers = 0;
    var inProcess = new StableWindows();
    var perSecond = new StableWindows();
    var p99 = new StableWindows();
    var p999 = new StableWindows();
    var ratio = new RatioOfRounds();
    for (int round = 0; round < WINDOWS_MAX; round++) {
      double batched = batches(djl);
      double cpuBefore = cpuSeconds();
      PredictClosedLoop.Window one = loop.run(2 * seconds);
      cpu += cpuSeconds() - cpuBefore;
      answers += one.perSecond() * 2 * seconds;
      inProcess.add(batched);
      perSecond.add(one.perSecond());
      p99.add(one.p99Millis());
      p999.add(one.p999Millis());
      ratio.add(one.perSecond(), batched);
      tell(
          "in process, batches of 32: %.0f/s; 64 clients: %.0f/s, p99 %.2f ms",
          batched, one.perSecond(), one.p99Millis());
      if (inProcess.isStable() && perSecond.isStable()) {
        break;
      }
    }
    figures.put("in_process_batch32_per_second", inProcess.value());
    figures.put("forecasts_per_second_64", perSecond.value());
    ratio.put(figures, "throughput_ratio_64");
    figures.put("ms_p99_64", p99.value());
    figures.put("ms_p999_64", p999.value());
    figures.put("p99_ratio_to_64_by_rate", p99.value() / (CLIENTS / perSecond.value() * 1e3));
    figures.put("cpu_us_per_request_64", cpu / answers * 1e6);
    compare(djl, loop.sampled());
  }

  private double cpuSeconds() {
    long server = Long.parseLong(args[1]);
    return ProcessCpu.seconds(ProcessHandle.current().pid())
        + (server == 0 ? 0 : ProcessCpu.seconds(server));
  }

  private void compare(InProcessNetwork djl, List<PredictClosedLoop.Pair> sampled) {
    long wrong = 0;
    try (Predictor<float[], float[]> predictor = djl.predictor()) {
      for (PredictClosedLoop.Pair pair : sampled) {
        float[] expected = InProcessNetwork.predict(predictor, pair.windows());
        boolean same = expected.length == pair.heads().length;
        for (int i = 0; same && i < expected.length; i++) {
          same = Math.abs(expected[i] - pair.heads()[i]) <= TOLERANCE;
        }
        wrong += same ? 0 : 1;
      }
    }
    tell("%d answers compared with in-process, %d differ", sampled.size(), wrong);
    figures.put("answers_compared", sampled.size());
    figures.put("answers_wrong", wrong);
  }

  /** Requests of 32 windows, at what the server can do and at three times that, by turns. */
  private void overload(PredictClient client) throws InterruptedException {
    var closed = new PredictClosedLoop(client, CLIENTS / 4, BATCH_ROWS, random.nextLong());
    var open = new PredictOpenLoop(client, BATCH_ROWS, random.nextLong());
    // So that what is measured is not the compiler: only now do they refuse.
    var _ = open.run(3 * closed.run(seconds).perSecond(), 10 * seconds);
    var capacity = new StableWindows();
    var once = new Outcomes();
    var thrice = new Outcomes();
    var ratio = new RatioOfRounds();
    long memoryBefore = serverMegabytes();
    for (int round = 0; round < OVERLOAD_ROUNDS_MAX; round++) {
      double perSecond = closed.run(seconds).perSecond();
      boolean isOnceFirst = round % 2 == 0;
      PredictOpenLoop.Outcome first = open.run((isOnceFirst ? 1 : 3) * perSecond, 3 * seconds);
      PredictOpenLoop.Outcome second = open.run((isOnceFirst ? 3 : 1) * perSecond, 3 * seconds);
      PredictOpenLoop.Outcome atOnce = isOnceFirst ? first : second;
      PredictOpenLoop.Outcome atThrice = isOnceFirst ? second : first;
      capacity.add(perSecond);
      once.add(atOnce);
      thrice.add(atThrice);
      ratio.add(atThrice.good(), atOnce.good());
      tell(
          "32 windows a request: capacity %.0f/s; 1x: %.0f good; 3x: %.0f good, %.0f refused",
          perSecond, atOnce.good(), atThrice.good(), atThrice.refused());
      if (once.good.isStable() && thrice.good.isStable()) {
        break;
      }
    }
    tell("1x: %s", once);
    tell("3x: %s", thrice);
    figures.put("capacity_batch32_requests_per_second", capacity.value());
    figures.put("open_loop_1x_goodput_per_second", once.good.value());
    figures.put("open_loop_3x_offered_per_second", thrice.offered.value());
    figures.put("open_loop_3x_goodput_per_second", thrice.good.value());
    figures.put("open_loop_3x_refused_per_second", thrice.refused.value());
    figures.put("open_loop_3x_other_per_second", thrice.otherMax);
    ratio.put(figures, "open_loop_3x_goodput_ratio");
    figures.put("server_memory_growth_mb", serverMegabytes() - memoryBefore);
  }

  /** What became of requests that came at one rate, window after window, per second. */
  private static final class Outcomes {
    private final StableWindows offered = new StableWindows();
    private final StableWindows good = new StableWindows();
    private final StableWindows refused = new StableWindows();

    /** Of all windows: what is neither answered nor refused politely is not to be overlooked. */
    private double otherMax;

    void add(PredictOpenLoop.Outcome outcome) {
      offered.add(outcome.offered());
      good.add(outcome.good());
      refused.add(outcome.refused());
      otherMax = Math.max(otherMax, outcome.other());
    }

    @Override
    public String toString() {
      return "%.0f/s offered, %.0f good%s, %.0f refused, at most %.0f other"
          .formatted(
              offered.value(),
              good.value(),
              good.isStable() ? "" : " (not stable)",
              refused.value(),
              otherMax);
    }
  }

  /** Resident; 0 on another machine. */
  private long serverMegabytes() {
    try {
      return Files.readAllLines(Path.of("/proc", args[1], "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private void peer() throws InterruptedException {
    try (PredictClient client = PredictClient.open(args[6], args[7], CONNECTIONS)) {
      Map<String, Double> p50 = inTurns(Map.of("peer_us_p50", () -> askOne(client)), turn -> {});
      figures.put("peer_us_p50", p50.getOrDefault("peer_us_p50", 0.0));
      var loop = new PredictClosedLoop(client, CLIENTS, 1, random.nextLong());
      var perSecond = new StableWindows();
      var p99 = new StableWindows();
      for (int window = 0; window < WINDOWS_MAX && !perSecond.isStable(); window++) {
        PredictClosedLoop.Window one = loop.run(2 * seconds);
        perSecond.add(one.perSecond());
        p99.add(one.p99Millis());
      }
      figures.put("peer_per_second_64", perSecond.value());
      figures.put("peer_ms_p99_64", p99.value());
    }
  }

  private static void tell(String format, Object... values) {
    System.err.printf(Locale.ROOT, format + "%n", values);
  }
}
