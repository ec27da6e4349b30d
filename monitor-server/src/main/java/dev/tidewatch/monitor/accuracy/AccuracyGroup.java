package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.ledger.PredictionRole;
import java.util.Optional;
import java.util.OptionalInt;

/** The figures of one group; what names it is there for the dimensions asked for. */
public record AccuracyGroup(
    Optional<String> series,
    Optional<ModelVersion> version,
    Optional<PredictionRole> role,
    OptionalInt step,
    AccuracyFigures figures) {}
