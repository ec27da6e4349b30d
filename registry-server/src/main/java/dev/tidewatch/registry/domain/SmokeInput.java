package dev.tidewatch.registry.domain;

/**
 * An input that a version must answer before it is ready.
 *
 * @param tensor {@code Tensor} of the contract in its binary form; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record SmokeInput(byte[] tensor) {}
