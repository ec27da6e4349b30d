package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.timeseries.significance.PairedTest;
import java.util.Optional;

/**
 * Two versions on the pairs that both answered: same series, grid, origin and step, with a known
 * actual, and no fallback in either's place.
 *
 * <p>The test is of losses per origin: the mean absolute error over its pairs, each divided by its
 * series' mean absolute error of both versions together, so that units do not matter and no version
 * is favoured. Neighbouring origins that predict the same targets are allowed for.
 *
 * @param origins distinct ones among the pairs
 * @param baselineLoss mean over origins of the scaled loss
 * @param candidateLoss the same of the candidate
 * @param test its first is the candidate, so that the statistic is negative where the candidate is
 *     better; empty with fewer than four origins
 */
public record AccuracyComparison(
    long pairs,
    int origins,
    double baselineLoss,
    double candidateLoss,
    AccuracyFigures baseline,
    AccuracyFigures candidate,
    Optional<PairedTest> test) {}
