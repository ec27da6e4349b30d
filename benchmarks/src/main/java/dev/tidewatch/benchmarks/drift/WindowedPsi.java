package dev.tidewatch.benchmarks.drift;

import dev.tidewatch.timeseries.drift.ChangeDetector;
import dev.tidewatch.timeseries.drift.Distribution;
import dev.tidewatch.timeseries.drift.DriftMeasures;

/**
 * PSI as a monitor without labels has it: the newest {@value #WINDOW} values, at every {@value
 * #STEP}th, against the first {@value #REFERENCE}; a change where it exceeds by 0.15 what chance
 * alone makes.
 */
final class WindowedPsi implements ChangeDetector {
  private static final int REFERENCE = 1000;
  private static final int WINDOW = 500;
  private static final int STEP = 50;
  private static final double EXCESS = 0.15;

  private final double[] first = new double[REFERENCE];
  private Distribution reference = Distribution.of(0);
  private final double[] window = new double[WINDOW];
  private long seen;

  @Override
  public boolean add(double value) {
    if (seen < REFERENCE) {
      first[(int) seen++] = value;
      if (seen == REFERENCE) {
        reference = Distribution.of(first);
      }
      return false;
    }
    int since = (int) (seen++ - REFERENCE);
    window[since % WINDOW] = value;
    if (since + 1 < WINDOW || (since + 1) % STEP != 0) {
      return false;
    }
    DriftMeasures measures =
        DriftMeasures.between(reference, REFERENCE, Distribution.of(window), WINDOW);
    return measures.psi() - measures.psiExpected() > EXCESS;
  }

  @Override
  public double[] state() {
    throw new UnsupportedOperationException("it is not kept");
  }

  @Override
  public void restore(double[] state) {
    throw new UnsupportedOperationException("it is not kept");
  }
}
