package dev.tidewatch.models.training;

/**
 * Where a training's input came from, recorded in the bundle.
 *
 * @param fingerprint of the readings, see {@link dev.tidewatch.timeseries.Fingerprint}
 * @param codeVersion of Tidewatch
 * @param seed of the training's random numbers
 */
public record Provenance(String fingerprint, String codeVersion, long seed) {}
