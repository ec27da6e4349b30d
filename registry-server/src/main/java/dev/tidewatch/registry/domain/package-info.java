/**
 * What the registry knows: models, versions, aliases, assignments and runs, and the rules for
 * changing them. No gRPC, no SQL.
 */
@NullMarked
package dev.tidewatch.registry.domain;

import org.jspecify.annotations.NullMarked;
