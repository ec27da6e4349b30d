package dev.tidewatch.models.detection.composed;

import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.UntrainedSeriesException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** See {@link ForecastIntervalFamily}. Not thread-safe. */
final class ForecastIntervalDetector implements Detector {
  private static final char KIND = 'I';
  private static final int VERSION = 1;
  private static final double READING_MAX = 1e100;

  /** Half of a normal error's 90 % interval, in standard deviations. */
  private static final double LEVEL_SIGMAS = 1.6448536269514722;

  private final ForecastIntervalFamily.Settings settings;
  private final Forecaster forecaster;
  private final Grid grid;
  private final SeriesName series;
  private final AlarmLatch latch;

  /** Means of intervals by index modulo length; NaN where missing. */
  private final double[] history;

  private final double[] means;
  private final double[] lowers;
  private final double[] uppers;

  private long newestMicros = Long.MIN_VALUE;
  private long openIndex;
  private double openSum;
  private long openCount;
  private long known;

  /** Interval of the forecast's first step; the forecast is of no use if the steps are NaN. */
  private long firstIndex;

  ForecastIntervalDetector(
      ForecastIntervalFamily.Settings settings, Forecaster forecaster, SeriesName series) {
    this.settings = settings;
    this.forecaster = forecaster;
    this.grid = forecaster.manifest().grid();
    this.series = series;
    this.latch = new AlarmLatch(quietMicros());
    this.history = new double[Math.max(1, forecaster.manifest().historyIntervals())];
    this.means = new double[settings.horizon()];
    this.lowers = new double[settings.horizon()];
    this.uppers = new double[settings.horizon()];
    Arrays.fill(history, Double.NaN);
    Arrays.fill(means, Double.NaN);
  }

  ForecastIntervalDetector(
      ForecastIntervalFamily.Settings settings, Forecaster forecaster, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    this.forecaster = forecaster;
    this.grid = forecaster.manifest().grid();
    series = new SeriesName(new String(in.getBytes(), StandardCharsets.UTF_8));
    newestMicros = in.getLong();
    latch = new AlarmLatch(quietMicros(), in);
    openIndex = in.getLong();
    openSum = in.getDouble();
    openCount = in.getLong();
    known = in.getLong();
    firstIndex = in.getLong();
    history = in.getDoubles(Math.max(1, forecaster.manifest().historyIntervals()));
    means = in.getDoubles(settings.horizon());
    lowers = in.getDoubles(settings.horizon());
    uppers = in.getDoubles(settings.horizon());
    in.requireEnd();
  }

  static int stateBytesMax(ForecastIntervalFamily.Settings settings, Forecaster forecaster) {
    int values = Math.max(1, forecaster.manifest().historyIntervals()) + 3 * settings.horizon();
    return 340 + values * Double.BYTES;
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION);
    out.putBytes(series.value().getBytes(StandardCharsets.UTF_8)).putLong(newestMicros);
    latch.save(out);
    return out.putLong(openIndex)
        .putDouble(openSum)
        .putLong(openCount)
        .putLong(known)
        .putLong(firstIndex)
        .putDoubles(history)
        .putDoubles(means)
        .putDoubles(lowers)
        .putDoubles(uppers)
        .toBytes();
  }

  /** A fault that lasts is new again after a whole forecast without it. */
  private long quietMicros() {
    return forecaster.manifest().grid().stepMicros() * settings.horizon();
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double value = Detector.bounded(reading, READING_MAX);
    long index = grid.indexAt(timeMicros);
    boolean isNew = timeMicros > newestMicros;
    if (isNew) {
      moveTo(index);
    }
    Verdict verdict = verdict(timeMicros, index, value, isNew);
    if (isNew) {
      newestMicros = timeMicros;
      openSum += value;
      openCount++;
    }
    return verdict;
  }

  private Verdict verdict(long timeMicros, long index, double value, boolean isNew) {
    long step = index - firstIndex;
    if (step < 0 || step >= means.length || Double.isNaN(means[(int) step])) {
      return Verdict.learning(value);
    }
    double mean = means[(int) step];
    double half = value > mean ? uppers[(int) step] - mean : mean - lowers[(int) step];
    double floor = 1e-9 * Math.max(Math.abs(mean), Double.MIN_NORMAL);
    double distance = Math.abs(value - mean);
    double ratio = distance <= floor ? 0 : LEVEL_SIGMAS * distance / Math.max(half, 0);
    double score = Math.min(ratio, Verdict.SCORE_MAX);
    boolean high = score >= settings.threshold();
    double reach = settings.threshold() / LEVEL_SIGMAS;
    return new Verdict(
        score,
        Severity.ofScore(score),
        mean,
        mean - reach * Math.max(0, mean - lowers[(int) step]),
        mean + reach * Math.max(0, uppers[(int) step] - mean),
        high ? Cause.DEVIATION : Cause.NONE,
        isNew && latch.opens(timeMicros, high));
  }

  /** Closes the open interval if the reading is in a later one, and forecasts when it is time. */
  private void moveTo(long index) {
    if (newestMicros == Long.MIN_VALUE) {
      openIndex = index;
      firstIndex = index;
      return;
    }
    if (index == openIndex) {
      return;
    }
    history[place(openIndex)] = openSum / openCount;
    known = Math.min(known + 1, history.length);
    for (long i = Math.max(openIndex + 1, index - history.length); i < index; i++) {
      history[place(i)] = Double.NaN;
      known = Math.min(known + 1, history.length);
    }
    openIndex = index;
    openSum = 0;
    openCount = 0;
    if (Double.isNaN(means[0]) || index >= firstIndex + means.length) {
      forecast(index);
    }
  }

  private int place(long index) {
    return (int) Math.floorMod(index, (long) history.length);
  }

  private void forecast(long origin) {
    Arrays.fill(means, Double.NaN);
    firstIndex = origin;
    if (known < forecaster.manifest().historyIntervalsMin()) {
      return;
    }
    int count = (int) Math.max(1, known);
    var window = new double[count];
    for (int i = 0; i < count; i++) {
      window[i] = history[place(origin - count + i)];
    }
    try {
      Forecast forecast =
          forecaster.forecast(
              ForecastInput.of(series, GridWindow.of(grid, origin - count, window)),
              means.length,
              List.of(ForecastIntervalFamily.LEVEL));
      System.arraycopy(forecast.means(), 0, means, 0, means.length);
      System.arraycopy(forecast.lowers(0), 0, lowers, 0, means.length);
      System.arraycopy(forecast.uppers(0), 0, uppers, 0, means.length);
    } catch (InsufficientHistoryException | UntrainedSeriesException e) {
      // Says nothing until the history is there; nothing ever of a series that the model lacks.
      Arrays.fill(means, Double.NaN);
    }
  }
}
