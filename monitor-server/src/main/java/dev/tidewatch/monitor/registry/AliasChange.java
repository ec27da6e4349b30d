package dev.tidewatch.monitor.registry;

import java.time.Instant;

/**
 * A move of an alias, as the registry keeps it.
 *
 * @param from empty: the alias named nothing
 * @param to empty: it was removed
 * @param at the registry's domain time
 * @param by API key; empty: nobody known
 * @param reason may be empty
 * @param rollback it took the move before it back
 */
public record AliasChange(
    String alias,
    String from,
    String to,
    Instant at,
    String by,
    String reason,
    boolean rollback,
    long revision) {}
