package dev.tidewatch.trainer.worker;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.trainer.Champions;
import dev.tidewatch.trainer.Evaluation;
import dev.tidewatch.trainer.TrainingPlan;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a task asks for, as a plan: the champion's family, grid, horizon, levels, settings, series
 * and covariates on newer readings. The window is as long as the champion's was and ends with the
 * last whole grid interval before the task's time.
 *
 * <p>The part that is tested begins, where that leaves a horizon or more, after all that the
 * champion was trained on, so that it is compared as it serves; with an origin every few intervals,
 * so that there are enough of them for a test.
 *
 * <p>Parameters of a task change that: {@code family}; {@code set.NAME} a setting of the family;
 * {@code window} as an ISO-8601 duration, {@code all}, several of these separated by commas, of
 * which a back-test chooses ({@link WindowChoice}), or {@code best} for the usual ones; {@code
 * folds}, {@code test} and {@code stride} of the back-test, in intervals; {@code seed}.
 */
final class ChampionPlan {
  private static final int ORIGINS_WANTED = 48;
  private static final String SETTING = "set.";

  private final RetrainTask task;
  private final ModelVersion champion;
  private final BundleManifest manifest;
  private final String window;
  private final String note;

  ChampionPlan(RetrainTask task, ModelVersion champion, Bundle bundle) {
    this(task, champion, bundle.manifest(), task.getParametersOrDefault("window", ""), "");
  }

  private ChampionPlan(
      RetrainTask task,
      ModelVersion champion,
      BundleManifest manifest,
      String window,
      String note) {
    this.task = task;
    this.champion = champion;
    this.manifest = manifest;
    this.window = window;
    this.note = note;
  }

  /**
   * The windows among which a back-test is to choose, by name; of no length is all there is. Empty:
   * there is nothing to choose.
   *
   * @throws IllegalArgumentException if one is none
   */
  Map<String, Duration> windows() {
    List<String> names =
        window.equals("best") ? WindowChoice.USUAL : List.of(window.split(",", -1));
    var windows = new LinkedHashMap<String, Duration>();
    if (names.size() > 1) {
      if (manifest.task() == Task.DETECT) {
        throw new IllegalArgumentException(
            "parameters: window '%s' names several; a detector takes one".formatted(window));
      }
      for (String name : names) {
        boolean isAll = name.equals(WindowChoice.ALL);
        windows.put(name, isAll ? Duration.ZERO : Duration.ofNanos(1_000 * micros(name)));
      }
    }
    return windows;
  }

  /** The same on all there is. */
  ChampionPlan onEverything() {
    return new ChampionPlan(task, champion, manifest, WindowChoice.ALL, note);
  }

  /** The same on the window that was chosen. */
  ChampionPlan on(WindowChoice choice) {
    return new ChampionPlan(task, champion, manifest, choice.window(), choice.text());
  }

  /**
   * The plan.
   *
   * @param threads folds at a time
   * @throws IllegalArgumentException if a parameter is none, or is wrong
   */
  TrainingPlan plan(int threads) {
    String family = manifest.family();
    var settings = new TreeMap<String, String>();
    long seed = manifest.seed();
    int folds = 0;
    int test = 0;
    int stride = 0;
    for (Map.Entry<String, String> parameter : new TreeMap<>(task.getParametersMap()).entrySet()) {
      String name = parameter.getKey();
      String value = parameter.getValue();
      switch (name) {
        case "family" -> family = value;
        case "window" -> {} // see windows()
        case "seed" -> seed = number(name, value, Long.MIN_VALUE);
        case "folds" -> folds = (int) number(name, value, 1);
        case "test" -> test = (int) number(name, value, 1);
        case "stride" -> stride = (int) number(name, value, 1);
        default -> {
          if (!name.startsWith(SETTING)) {
            throw new IllegalArgumentException(
                "parameters: no '%s'; there are family, set.NAME, window, folds, test, stride, seed"
                    .formatted(name));
          }
          settings.put(name.substring(SETTING.length()), value);
        }
      }
    }
    Grid grid = manifest.grid();
    long until = Times.floorToMicros(ProtoTimes.instant(task.getTrainUntil()));
    long to = grid.startMicros(grid.indexAt(until));
    @Nullable Long from = from(to);
    int tested = test > 0 ? test : testIntervals(from, to);
    int usualStride = Math.clamp(tested / ORIGINS_WANTED, 1, Math.max(1, manifest.horizon()));
    var evaluation =
        new Evaluation(folds, tested, stride > 0 ? stride : usualStride, 0, 0, threads);
    boolean detects = manifest.task() == Task.DETECT;
    TrainingPlan like =
        TrainingPlan.of(task.getModel(), family, series(), grid, Math.max(1, manifest.horizon()));
    return new TrainingPlan(
        like.model(),
        like.family(),
        like.series(),
        like.grid(),
        like.horizon(),
        manifest.levels().isEmpty() ? like.levels() : manifest.levels(),
        parameters(family, settings),
        from == null ? null : Times.toInstant(from),
        Times.toInstant(to),
        null,
        seed,
        description(),
        detects ? Evaluation.STANDARD : evaluation,
        null,
        covariates());
  }

  private String description() {
    String text =
        "Trained again in place of %s: %s%s"
            .formatted(champion.getVersion(), task.getReason(), note.isEmpty() ? "" : "; " + note);
    return text.length() > 1_000 ? text.substring(0, 1_000) : text;
  }

  private @Nullable Long from(long to) {
    if (window.equals(WindowChoice.ALL)) {
      return null;
    }
    if (window.isEmpty()) {
      TrainingWindow trained = manifest.trainingWindow();
      return to - atLeastAStep(trained.endMicros() - trained.startMicros());
    }
    return to - micros(window);
  }

  private long micros(String length) {
    long micros;
    try {
      micros = Duration.parse(length).toNanos() / 1_000;
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "parameters: window '%s' is no duration; write PT336H, P14D, all, best, or several"
                  .formatted(length)
              + " separated by commas",
          e);
    }
    return atLeastAStep(micros);
  }

  private long atLeastAStep(long micros) {
    if (micros < manifest.grid().stepMicros()) {
      throw new IllegalArgumentException(
          "parameters: window '%s' is shorter than a grid step".formatted(window));
    }
    return micros;
  }

  /** Settings that the task names win over those of the champion, if the family is the same. */
  private Parameters parameters(String family, Map<String, String> named) {
    var all = new TreeMap<String, String>();
    if (family.equals(manifest.family())) {
      boolean trainedHere = champion.getTagsMap().containsKey(Champions.RECIPE_TAG);
      all.putAll((trainedHere ? Champions.settings(champion) : manifest.parameters()).asMap());
    }
    all.putAll(named);
    return Parameters.of(all);
  }

  /** The newest fifth, or as much of it as the champion was not trained on. */
  private int testIntervals(@Nullable Long from, long to) {
    Grid grid = manifest.grid();
    int horizon = Math.max(1, manifest.horizon());
    long begun = from == null ? manifest.trainingWindow().startMicros() : from;
    long standard = Math.max((to - begun) / grid.stepMicros() / 5, horizon);
    long late = Math.ceilDiv(grid.lateness().toNanos() / 1_000, grid.stepMicros());
    long fresh = (to - manifest.trainingWindow().endMicros()) / grid.stepMicros() - late - 1;
    return Math.toIntExact(fresh >= horizon ? Math.min(fresh, standard) : standard);
  }

  private List<SeriesName> series() {
    if (task.getSeriesCount() > 0) {
      return task.getSeriesList().stream().map(SeriesName::new).toList();
    }
    String target = manifest.roles().getFirst().name();
    List<SeriesName> named =
        champion.getLineage().getTrainingList().stream()
            .filter(window -> window.getRole().isEmpty() || window.getRole().equals(target))
            .map(SeriesWindow::getSeries)
            .map(SeriesName::new)
            .toList();
    return named.isEmpty() ? List.copyOf(manifest.trainingWindow().series()) : named;
  }

  private SortedMap<String, SeriesName> covariates() {
    var covariates = new TreeMap<String, SeriesName>();
    for (Role role : manifest.roles()) {
      if (role.kind() == Role.Kind.COVARIATE) {
        champion.getLineage().getTrainingList().stream()
            .filter(window -> window.getRole().equals(role.name()))
            .findFirst()
            .ifPresent(window -> covariates.put(role.name(), new SeriesName(window.getSeries())));
      }
    }
    return covariates;
  }

  private static long number(String name, String value, long least) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && (least < 0 || number <= 1_000_000)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "parameters: %s '%s' is no whole number".formatted(name, value), e);
    }
    throw new IllegalArgumentException(
        "parameters: %s is %s; at least %d is wanted".formatted(name, value, least));
  }
}
