package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Models that break as their bundle says, and count how often they are closed. */
final class BreakingFamily implements ForecastFamily {
  static final Set<Way> STOPPED = ConcurrentHashMap.newKeySet();

  private static final String ID_JAVA = "breaking";
  private static final String ID_NATIVE = "breaking-natively";
  private static final String WAY = "way";

  private final boolean isNative;

  /** How a model breaks. */
  enum Way {
    /** It does not. */
    SOUND,
    /** Never answers, and does not heed interruption. */
    HANG,
    /** Reads from address 0, in C. */
    CRASH,
    /** Calls itself without end. */
    OVERFLOW
  }

  private BreakingFamily(boolean isNative) {
    this.isNative = isNative;
  }

  static ModelFamilies families() {
    return ModelFamilies.core()
        .and(
            new ModelFamilies(
                List.of(new BreakingFamily(false), new BreakingFamily(true)), List.of()));
  }

  /** Differs in its bytes by way and payload. */
  static byte[] bundle(boolean isNative, Way way, int payloadBytes) {
    BundleManifest like = Bundle.read(TestModels.seasonalNaive(1), BundleLimits.DEFAULT).manifest();
    var manifest =
        new BundleManifest(
            isNative ? ID_NATIVE : ID_JAVA,
            like.task(),
            like.roles(),
            like.grid(),
            like.featureRecipe(),
            like.historyIntervals(),
            like.historyIntervalsMin(),
            like.horizon(),
            like.levels(),
            like.conformal(),
            like.parameters(),
            like.trainingWindow(),
            like.seed(),
            like.codeVersion(),
            like.metrics());
    return Bundle.of(
            manifest,
            Map.of(
                WAY,
                way.name().getBytes(StandardCharsets.UTF_8),
                "payload",
                new byte[payloadBytes]))
        .toBytes();
  }

  @Override
  public String id() {
    return isNative ? ID_NATIVE : ID_JAVA;
  }

  @Override
  public boolean runsNativeCode() {
    return isNative;
  }

  @Override
  public Bundle fit(ForecastTraining training) {
    throw new UnsupportedOperationException("made by bundle(…)");
  }

  @Override
  public Forecaster load(Bundle bundle) {
    Way way = Way.valueOf(new String(bundle.file(WAY), StandardCharsets.UTF_8));
    if (way == Way.CRASH) {
      crash();
    }
    return new Breaking(bundle.manifest(), way);
  }

  @SuppressWarnings("restricted") // Reading from address 0 is what this is for.
  private static void crash() {
    Linker linker = Linker.nativeLinker();
    try {
      var length =
          (long)
              linker
                  .downcallHandle(
                      linker.defaultLookup().find("strlen").orElseThrow(),
                      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                  .invokeExact(MemorySegment.NULL);
      throw new IllegalStateException("address 0 holds a string of length " + length);
    } catch (Throwable e) {
      throw new IllegalStateException("strlen cannot be called", e);
    }
  }

  private record Breaking(BundleManifest manifest, Way way) implements Forecaster {
    @Override
    public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
      if (way == Way.OVERFLOW) {
        return forecast(input, horizon, levels);
      }
      while (way == Way.HANG && !STOPPED.contains(way)) {
        Thread.onSpinWait();
      }
      double[] mean = new double[horizon];
      Arrays.fill(mean, 1);
      var bounds = new ArrayList<double[]>();
      levels.forEach(_ -> bounds.add(mean.clone()));
      return new Forecast(
          input.target().endIndex(),
          mean,
          levels,
          bounds.toArray(double[][]::new),
          bounds.toArray(double[][]::new));
    }

    @Override
    public void close() {
      CLOSED.merge(manifest.family(), 1, Integer::sum);
    }
  }

  /** Times that a model of the family was closed. */
  static final Map<String, Integer> CLOSED = new ConcurrentHashMap<>();
}
