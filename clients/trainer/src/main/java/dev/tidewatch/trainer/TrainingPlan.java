package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.tuning.Tuning;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to train, on what.
 *
 * @param model name in the registry; made if it is not there
 * @param family such as {@code seasonal-naive} or {@code zscore}
 * @param series at least one; one model is trained over all of them
 * @param grid that readings are put on; a detector reads single readings and takes its time zone
 * @param horizon furthest forecast step; ignored by detectors
 * @param levels coverages of the intervals that are calibrated, ascending, each between 0 and 1
 * @param parameters settings of the family
 * @param from first moment of the readings; null: the first there is
 * @param to end of the readings, exclusive; null: what there is
 * @param asOf state of the readings; null: as they are when the training begins
 * @param seed of the family's random numbers
 * @param description of the version, for people
 * @param evaluation how it is back-tested
 * @param tuning how settings are searched for; null: they are taken as given
 * @param covariates series read beside each of the series, by role, such as {@code temperature};
 *     their past alone is seen
 */
public record TrainingPlan(
    String model,
    String family,
    List<SeriesName> series,
    Grid grid,
    int horizon,
    List<Double> levels,
    Parameters parameters,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable FeedPosition asOf,
    long seed,
    String description,
    Evaluation evaluation,
    @Nullable Tuning tuning,
    SortedMap<String, SeriesName> covariates) {
  public TrainingPlan {
    covariates = Collections.unmodifiableSortedMap(new TreeMap<>(covariates));
    series = List.copyOf(new TreeSet<>(series));
    levels = List.copyOf(levels);
    if (model.isEmpty()) {
      throw new IllegalArgumentException("model: a name is needed");
    }
    if (series.isEmpty()) {
      throw new IllegalArgumentException("series: at least one is needed");
    }
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon: " + horizon + ", want at least 1 step");
    }
    if (from != null && to != null && !from.isBefore(to)) {
      throw new IllegalArgumentException("from: " + from + " is not before to: " + to);
    }
  }

  /** A plan with the usual levels (.5, .8, .9, .95), all readings, seed 1. */
  public static TrainingPlan of(
      String model, String family, List<SeriesName> series, Grid grid, int horizon) {
    return new TrainingPlan(
        model,
        family,
        series,
        grid,
        horizon,
        List.of(.5, .8, .9, .95),
        Parameters.NONE,
        null,
        null,
        null,
        1,
        "",
        Evaluation.STANDARD,
        null,
        Collections.emptySortedMap());
  }

  /** The same over the readings of {@code [from, to)}; null leaves a side open. */
  public TrainingPlan within(@Nullable Instant newFrom, @Nullable Instant newTo) {
    return with(plan -> {
      plan.from = newFrom;
      plan.to = newTo;
    });
  }

  /** The same with other settings of the family. */
  public TrainingPlan withParameters(Parameters newParameters) {
    return with(plan -> plan.parameters = newParameters);
  }

  /** The same with another seed. */
  public TrainingPlan withSeed(long newSeed) {
    return with(plan -> plan.seed = newSeed);
  }

  /** The same on another state of the readings. */
  public TrainingPlan asOf(@Nullable FeedPosition newAsOf) {
    return with(plan -> plan.asOf = newAsOf);
  }

  /** The same over other series, under another name. */
  public TrainingPlan over(String newModel, List<SeriesName> newSeries) {
    return with(plan -> {
      plan.model = newModel;
      plan.series = newSeries;
    });
  }

  /** The same on another grid. */
  public TrainingPlan onGrid(Grid newGrid, int newHorizon) {
    return with(plan -> {
      plan.grid = newGrid;
      plan.horizon = newHorizon;
    });
  }

  /** The same with another description. */
  public TrainingPlan describedAs(String newDescription) {
    return with(plan -> plan.description = newDescription);
  }

  /** The same with another back-test. */
  public TrainingPlan evaluatedBy(Evaluation newEvaluation) {
    return with(plan -> plan.evaluation = newEvaluation);
  }

  /** The same with a search for settings; null: without. */
  public TrainingPlan tunedBy(@Nullable Tuning newTuning) {
    return with(plan -> plan.tuning = newTuning);
  }

  /** The same with series that are read beside it, by role. */
  public TrainingPlan withCovariates(SortedMap<String, SeriesName> newCovariates) {
    return with(plan -> plan.covariates = newCovariates);
  }

  private TrainingPlan with(Consumer<Copy> change) {
    var copy = new Copy(this);
    change.accept(copy);
    return copy.plan();
  }

  /** A plan that is being changed. */
  private static final class Copy {
    private final TrainingPlan original;
    private String model;
    private List<SeriesName> series;
    private Grid grid;
    private int horizon;
    private Parameters parameters;
    private @Nullable Instant from;
    private @Nullable Instant to;
    private @Nullable FeedPosition asOf;
    private long seed;
    private String description;
    private Evaluation evaluation;
    private @Nullable Tuning tuning;
    private SortedMap<String, SeriesName> covariates;

    Copy(TrainingPlan original) {
      this.original = original;
      this.model = original.model();
      this.series = original.series();
      this.grid = original.grid();
      this.horizon = original.horizon();
      this.parameters = original.parameters();
      this.from = original.from();
      this.to = original.to();
      this.asOf = original.asOf();
      this.seed = original.seed();
      this.description = original.description();
      this.evaluation = original.evaluation();
      this.tuning = original.tuning();
      this.covariates = original.covariates();
    }

    TrainingPlan plan() {
      return new TrainingPlan(
          model,
          original.family(),
          series,
          grid,
          horizon,
          original.levels(),
          parameters,
          from,
          to,
          asOf,
          seed,
          description,
          evaluation,
          tuning,
          covariates);
    }
  }
}
