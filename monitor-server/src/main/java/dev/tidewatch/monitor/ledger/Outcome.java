package dev.tidewatch.monitor.ledger;

import dev.tidewatch.monitor.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One step of one prediction beside its truth.
 *
 * @param step from 1
 * @param targetTime start of the target interval
 * @param probabilities of the quantiles, rising
 * @param quantiles one per probability
 * @param actual there is one in state KNOWN
 * @param revision 0 while pending
 * @param changedAt domain time of the newest revision
 */
public record Outcome(
    UUID predictionId,
    String series,
    ModelVersion version,
    PredictionRole role,
    Instant origin,
    int step,
    Instant targetTime,
    double mean,
    List<Double> probabilities,
    List<Double> quantiles,
    ActualState state,
    OptionalDouble actual,
    int revision,
    Optional<Instant> changedAt) {}
