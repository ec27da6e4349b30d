package dev.tidewatch.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The faults of one run, placed at random in its live part. Between two faults of one point lie at
 * least {@link #QUIET_BETWEEN}, so that every alarm has one explanation at most.
 */
final class FaultPlan {
  static final int FAULTS_MIN = 12;
  private static final int FAULTS_EXTRA_MAX = 4;
  private static final Duration WARM_UP = Duration.ofHours(8);
  static final Duration QUIET_BETWEEN = Duration.ofHours(30);
  private static final int PLACE_TRIES_MAX = 10_000;

  private final List<PlantedFault> faults;

  FaultPlan(List<PlantedFault> faults) {
    this.faults = faults.stream().sorted(Comparator.comparing(PlantedFault::onset)).toList();
  }

  /**
   * Places at least {@link #FAULTS_MIN} faults, the four kinds in equal shares, with onsets between
   * eight hours after {@code liveStart} and 26 hours before {@code liveEnd}, so that each can be
   * found before the end.
   *
   * @throws IllegalArgumentException if the live part is too short for that many
   */
  static FaultPlan place(
      Instant liveStart, Instant liveEnd, Duration step, RandomGenerator random) {
    long lastOnset =
        Duration.between(liveStart, liveEnd.minus(Duration.ofHours(26))).dividedBy(step);
    long firstOnset = WARM_UP.dividedBy(step);
    if (lastOnset <= firstOnset) {
      throw new IllegalArgumentException("liveEnd: the live part is shorter than 34 hours");
    }
    var points = Arrays.stream(BuildingPoint.values()).filter(BuildingPoint::canFail).toList();
    var kinds = FaultKind.values();
    int count = FAULTS_MIN + random.nextInt(FAULTS_EXTRA_MAX + 1);
    var placed = new ArrayList<PlantedFault>();
    for (int tries = 0; placed.size() < count; tries++) {
      if (tries == PLACE_TRIES_MAX) {
        throw new IllegalArgumentException("liveEnd: no room for " + count + " faults");
      }
      var point = points.get(random.nextInt(points.size()));
      var kind = kinds[placed.size() % kinds.length];
      var onset = liveStart.plus(step.multipliedBy(random.nextLong(firstOnset, lastOnset)));
      var fault = draw(point, kind, onset, step, random);
      if (placed.stream().noneMatch(other -> crowds(fault, other))) {
        placed.add(fault);
      }
    }
    return new FaultPlan(placed);
  }

  private static PlantedFault draw(
      BuildingPoint point, FaultKind kind, Instant onset, Duration step, RandomGenerator random) {
    boolean coin = random.nextBoolean();
    double sign =
        switch (point.direction()) {
          case UP -> 1;
          case DOWN -> -1;
          case EITHER, NONE -> coin ? 1 : -1;
        };
    double vary = random.nextDouble(0.8, 1.3);
    return switch (kind) {
      case STUCK -> new PlantedFault(point, kind, onset, onset.plus(hours(random, 4, 10)), 0);
      case DRIFT ->
          new PlantedFault(
              point,
              kind,
              onset,
              onset.plus(hours(random, 26, 34)),
              sign * vary * 1.3 * point.faultSize());
      case SPIKE ->
          new PlantedFault(
              point,
              kind,
              onset,
              onset.plus(step.multipliedBy(random.nextInt(1, 4))),
              sign * vary * 1.6 * point.faultSize());
      case LEVEL_SHIFT ->
          new PlantedFault(
              point,
              kind,
              onset,
              onset.plus(hours(random, 5, 12)),
              sign * vary * point.faultSize());
    };
  }

  private static Duration hours(RandomGenerator random, int least, int most) {
    return Duration.ofHours(random.nextInt(least, most + 1));
  }

  private static boolean crowds(PlantedFault one, PlantedFault other) {
    return one.point() == other.point()
        && one.onset().isBefore(other.end().plus(QUIET_BETWEEN))
        && other.onset().isBefore(one.end().plus(QUIET_BETWEEN));
  }

  /** All faults, by onset. */
  List<PlantedFault> faults() {
    return faults;
  }
}
