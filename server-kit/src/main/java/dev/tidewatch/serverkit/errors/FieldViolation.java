package dev.tidewatch.serverkit.errors;

/**
 * One field of a request that is wrong.
 *
 * @param field path in the request as the contract spells it, such as {@code
 *     batch.series[2].values}
 * @param description what is wrong and what would be right
 */
public record FieldViolation(String field, String description) {}
