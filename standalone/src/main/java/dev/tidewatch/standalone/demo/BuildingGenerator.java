package dev.tidewatch.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Readings of a small building, made up from a seed: the same seed gives the same readings and the
 * same faults. Faults lie in the live part only, and only this class and the {@link FaultJudge} of
 * the same package know when. A fault is a sensor's, so it shows in no other series. Not
 * thread-safe.
 */
public final class BuildingGenerator {
  /** Where the building stands. */
  public static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private static final RandomGeneratorFactory<?> RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final BuildingPhysics physics;
  private final RandomGenerator sensors;
  private final FaultPlan plan;
  private final Duration step;
  private final EnumMap<BuildingPoint, Double> lastGood = new EnumMap<>(BuildingPoint.class);
  private Instant next;

  /**
   * @param seed decides everything that is random
   * @param start the time of the first sample
   * @param liveStart from when on faults are planted
   * @param liveEnd before when every fault can be found
   * @param step between two samples
   */
  public BuildingGenerator(
      long seed, Instant start, Instant liveStart, Instant liveEnd, Duration step) {
    if (!step.isPositive()) {
      throw new IllegalArgumentException("step: " + step);
    }
    if (liveStart.isBefore(start) || !liveEnd.isAfter(liveStart)) {
      throw new IllegalArgumentException("liveStart: " + liveStart);
    }
    this.step = step;
    this.next = start;
    this.physics = new BuildingPhysics(ZONE, step, RANDOM.create(seed));
    this.sensors = RANDOM.create(seed ^ 0x5e2_5025L);
    this.plan = FaultPlan.place(liveStart, liveEnd, step, RANDOM.create(seed ^ 0xfa_017L));
  }

  /** The time of the sample that {@link #next} gives. */
  public Instant nextTime() {
    return next;
  }

  /** The next sample; there is always one. */
  public BuildingSample next() {
    var time = next;
    next = time.plus(step);
    var readings = physics.advance(time);
    for (var reading : readings.entrySet()) {
      var point = reading.getKey();
      double good = point.measure(reading.getValue(), sensors.nextGaussian());
      var fault = active(point, time);
      if (fault == null) {
        lastGood.put(point, good);
        reading.setValue(good);
      } else {
        double last = lastGood.getOrDefault(point, good);
        reading.setValue(point.report(fault.report(time, good, last)));
      }
    }
    return new BuildingSample(time, readings);
  }

  /** The judge of this run. */
  public FaultJudge judge() {
    return new FaultJudge(plan);
  }

  private @Nullable PlantedFault active(BuildingPoint point, Instant time) {
    for (var fault : plan.faults()) {
      if (fault.point() == point && fault.isActive(time)) {
        return fault;
      }
    }
    return null;
  }
}
