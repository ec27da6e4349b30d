package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ServedModel;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.standalone.figures.Samples;
import java.util.List;

/**
 * The client of the swap bench, in a process of its own. Arguments: addresses as JSON, seconds of a
 * window, rounds, seed, versions. Prints its figures as one line of JSON.
 *
 * <p>A round is three windows: nothing changes; the alias flips each second between two versions
 * that stay in memory; the alias goes each second on to a version that is not. Each is held against
 * the quiet window of its round.
 */
final class SwapLoad {
  private static final int CALLERS = 16;
  private static final double SHARE_OF_CAPACITY = 0.5;
  private static final int HISTORY_HOURS = 24 * 14;
  private static final long START_NANOS_MAX = 120_000_000_000L;

  private final Tidewatch tidewatch;
  private final SwapModel model;
  private final SwapTraffic traffic;
  private final int seconds;

  private SwapLoad(Tidewatch tidewatch, int seconds, long seed) {
    this.tidewatch = tidewatch;
    this.model = new SwapModel(tidewatch.registry());
    this.traffic = new SwapTraffic(tidewatch.inference().channel(), HISTORY_HOURS, seed);
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    Addresses addresses = Addresses.fromJsonLine(args[0]);
    try (var tidewatch = Tidewatch.connect(addresses.connection())) {
      var load = new SwapLoad(tidewatch, Integer.parseInt(args[1]), Long.parseLong(args[3]));
      System.out.println(
          load.run(Integer.parseInt(args[2]), Integer.parseInt(args[4]))
              .toJsonLine("swap-load", MachineDescription.here()));
    }
  }

  private Figures run(int rounds, int versions) throws Exception {
    model.register(versions);
    List<String> warm = model.versions().subList(0, 2);
    List<String> cold = model.versions().subList(2, versions);
    // Each file stands its trial before anything is measured; that is once for a file and machine.
    for (String version : cold.reversed()) {
      goTo(version);
    }
    for (String version : warm) {
      model.move("stays-" + version.replace('.', '-'), version);
      goTo(version);
    }
    System.err.println("finding the capacity …");
    traffic.capacityPerSecond(CALLERS, seconds / 2.0);
    double capacity = traffic.capacityPerSecond(CALLERS, seconds / 2.0);
    double rate = SHARE_OF_CAPACITY * capacity;
    traffic.openLoop(rate, seconds / 5.0);
    var steady = new Samples();
    var flipping = new Samples();
    var loading = new Samples();
    var flipRatio = new Samples();
    var coldRatio = new Samples();
    int flips = 0;
    int swaps = 0;
    long requests = 0;
    for (int round = 0; round < rounds; round++) {
      System.err.printf("round %d of %d at %.0f requests/s …%n", round + 1, rounds, rate);
      Latencies quiet = traffic.openLoop(rate, seconds);
      double base = quiet.millis(.99);
      steady.add(base);
      Latencies flipped;
      try (var swapper = Swapper.start(model, traffic, warm)) {
        flipped = traffic.openLoop(rate, seconds);
        flips += swapper.swaps();
      }
      flipping.add(flipped.millis(.99));
      flipRatio.add(flipped.millis(.99) / base);
      Latencies loaded;
      try (var swapper = Swapper.start(model, traffic, cold)) {
        loaded = traffic.openLoop(rate, seconds);
        swaps += swapper.swaps();
      }
      loading.add(loaded.millis(.99));
      coldRatio.add(loaded.millis(.99) / base);
      requests += quiet.count() + flipped.count() + loaded.count();
      // Back to a version that stays, so that each round begins alike.
      goTo(warm.getFirst());
    }
    if (traffic.failed() > 0) {
      System.err.println("the last failure: " + traffic.failure());
    }
    return new Figures()
        .put("p99_ratio_to_steady", flipRatio.median())
        .put("cold_p99_ratio_to_steady", coldRatio.median())
        .put("failed_requests", traffic.failed())
        .put("swaps", swaps)
        .put("flips", flips)
        .put("requests", requests)
        .put("capacity_per_second", capacity)
        .put("requests_per_second", rate)
        .put("steady_ms_p99", steady.median())
        .put("flip_ms_p99", flipping.median())
        .put("cold_ms_p99", loading.median());
  }

  /** Moves the alias and waits until the version answers and those that are to leave have left. */
  private void goTo(String version) throws InterruptedException {
    model.move(SwapModel.LIVE, version);
    long giveUp = System.nanoTime() + START_NANOS_MAX;
    while (!(traffic.probe() && traffic.newestVersion().equals(version)) || isLeaving()) {
      if (System.nanoTime() - giveUp > 0) {
        throw new IllegalStateException(
            "version %s does not answer: %s%n%s".formatted(version, traffic.failure(), served()));
      }
      Thread.sleep(20);
    }
  }

  private boolean isLeaving() {
    return served().stream()
        .anyMatch(served -> served.getState() == ServedState.SERVED_STATE_DRAINING);
  }

  private List<ServedModel> served() {
    return ServedModelServiceGrpc.newBlockingStub(tidewatch.inference().channel())
        .listServedModels(ListServedModelsRequest.newBuilder().setModel(SwapModel.NAME).build())
        .getModelsList();
  }
}
